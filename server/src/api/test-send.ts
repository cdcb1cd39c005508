/**
 * "Does it work?" for one endpoint: an event `trigger-test` (Strapi's own name for it) and a message
 * that goes through claim, signature, sender and settle like any other, once.
 *
 * It has a lane of its own, so that it goes out while the endpoint is paused: that is when people test.
 */
import { setTimeout as wait } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';

import { currentActor } from '../host/actor';
import type { AttemptView } from '../store/views';
import type { TestSendResult } from './types';
import { CoreError } from '../core/errors';
import { renderHubPayload, storeBody } from '../core/message/payload';
import { testLane, type EndpointSettings } from '../delivery/engine/directory';
import { attemptView } from './message-views';
import type { Runtime } from '../runtime/runtime';

const EVENT = 'trigger-test';
/** The first look; each next one waits twice as long. */
const FIRST_LOOK_MS = 50;
const MAX_LOOK_MS = 1_000;
/** How long an outage is waited for, in which messages are tried one at a time. */
const CUT_MS = 3_000;
/** What a busy node may need before it has a slot for the test, and after it to write the attempt down. */
const GRACE_MS = 10_000;

/** @throws CoreError NOT_FOUND; CONFLICT when this node does not deliver, or did not get to it in time. */
export async function sendTest(
  strapi: Core.Strapi,
  runtime: Runtime,
  endpointId: number
): Promise<TestSendResult> {
  const { config, recorder, store, clock } = runtime;
  if (!config.dispatcher.enabled) {
    throw new CoreError(
      'CONFLICT',
      'delivery is disabled on this server (dispatcher.enabled is false); send the test event from another one'
    );
  }
  const endpoint = await current(runtime, endpointId);
  const now = clock.now();
  const message = recorder.endpointMessage(endpoint, null, {
    lane: testLane(endpointId),
    retryPolicy: { kind: 'preset', preset: 'none' },
  });
  const event = {
    name: EVENT,
    uid: null,
    entryDocumentId: null,
    entryLocale: null,
    body: storeBody(Buffer.from(renderHubPayload(EVENT, new Date(now), {}))),
    contentType: 'application/json',
    actor: currentActor(strapi),
    source: 'test' as const,
    occurredAt: now,
  };
  const [inserted] = await recorder.deliver([{ event, messages: [message] }]);
  if (inserted === undefined) throw new Error('the store inserted no test message');
  runtime.wake();

  const timeoutMs = endpoint.timeoutMs ?? config.http.timeoutMs;
  const attempt = await firstAttempt(runtime, inserted.id, timeoutMs + GRACE_MS);
  // Without effect after an ordinary answer. After a 410, or none in time, it would be sent again.
  await store.cancel([inserted.id], clock.now());
  if (attempt !== null)
    return { messageId: message.messageId, attempt: attemptView(runtime, attempt) };
  const problem = runtime.outboundProblem();
  throw new CoreError(
    'CONFLICT',
    problem ??
      `the test event ${message.messageId} was not sent within ${timeoutMs + GRACE_MS} ms and was canceled; delivery may be busy`
  );
}

async function current({ directory }: Runtime, endpointId: number): Promise<EndpointSettings> {
  await directory.refreshIfChanged();
  const endpoint = directory.endpoint(endpointId);
  if (endpoint === undefined) {
    throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
  }
  return endpoint;
}

/** The dispatcher shares nothing with us but the table: another node may be the one that sends it. */
async function firstAttempt(
  { store, outboundProblem }: Runtime,
  messageRowId: number,
  withinMs: number
): Promise<AttemptView | null> {
  let waitedMs = 0;
  for (let ms = FIRST_LOOK_MS; waitedMs < withinMs; ms = Math.min(2 * ms, MAX_LOOK_MS)) {
    const [attempt] = await store.listAttempts(messageRowId);
    if (attempt !== undefined) return attempt;
    if (waitedMs > CUT_MS && outboundProblem() !== null) return null;
    await wait(ms);
    waitedMs += ms;
  }
  return null;
}
