/**
 * Sends a test message to an endpoint: the event `trigger-test` (Strapi's name), or that of an entry, delivered
 * like any other message, once. It has its own lane, so it is sent to a paused endpoint, too.
 */
import { setTimeout as wait } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';

import { currentActor } from '../host/actor';
import type { AttemptView } from '../store/views';
import type { TestSendResult } from './types';
import { CoreError } from '../core/errors';
import { renderHubPayload, storeBody } from '../core/message/payload';
import type { EndpointSettings } from '../delivery/engine/directory';
import type { NewEvent, NewMessage } from '../core/message/message';
import { isPulled } from '../core/message/pull';
import type { MessageOverrides } from '../delivery/engine/recorder';
import { testLane } from '../store/queue/lane';
import { attemptView } from './message-views';
import type { Runtime } from '../runtime/runtime';

const EVENT = 'trigger-test';
/** Wait before the second look. Each further wait is twice as long. */
const FIRST_LOOK_MS = 50;
const MAX_LOOK_MS = 1_000;
/** How long to wait during an outage, when messages are tried one at a time. */
const CUT_MS = 3_000;
/** Time for a busy node to find a slot, and to write the attempt. */
const GRACE_MS = 10_000;

/** @throws CoreError NOT_FOUND; CONFLICT when this node does not deliver, or not in time. */
export async function sendTest(
  strapi: Core.Strapi,
  runtime: Runtime,
  endpointId: number
): Promise<TestSendResult> {
  const { recorder, clock } = runtime;
  assertDelivers(runtime);
  const endpoint = await currentEndpoint(runtime, endpointId);
  const now = clock.now();
  const event: NewEvent = {
    name: EVENT,
    uid: null,
    entryDocumentId: null,
    entryLocale: null,
    body: storeBody(Buffer.from(renderHubPayload(EVENT, new Date(now), {}))),
    contentType: 'application/json',
    actor: currentActor(strapi),
    source: 'test',
    occurredAt: now,
  };
  const shaped = recorder.shaped(event, endpoint);
  if (shaped === null) {
    throw new CoreError('CONFLICT', 'the format of this endpoint sends nothing for a test event');
  }
  const message = recorder.endpointMessage(endpoint, null, { ...shaped, ...onceIn(endpointId) });
  return deliverTest(runtime, endpoint, { event, message });
}

/** Settings of a test message. */
export const onceIn = (endpointId: number): MessageOverrides => ({
  lane: testLane(endpointId),
  retryPolicy: { kind: 'preset', preset: 'none' },
});

/** @throws CoreError CONFLICT when this node does not deliver. */
export function assertDelivers({ config }: Runtime): void {
  if (config.dispatcher.enabled) return;
  throw new CoreError(
    'CONFLICT',
    'delivery is disabled on this server (dispatcher.enabled is false); send the test event from another one'
  );
}

/** @throws CoreError CONFLICT when it is not sent in time. */
export async function deliverTest(
  runtime: Runtime,
  endpoint: EndpointSettings,
  { event, message }: { event: NewEvent; message: NewMessage }
): Promise<TestSendResult> {
  const { config, recorder, store, clock } = runtime;
  const [inserted] = await recorder.deliver([{ event, messages: [message] }]);
  if (inserted === undefined) throw new Error('the store inserted no test message');
  runtime.wake();

  const timeoutMs = endpoint.timeoutMs ?? config.http.timeoutMs;
  const withinMs = isPulled(endpoint) ? GRACE_MS : timeoutMs + GRACE_MS;
  const attempt = await firstAttempt(runtime, inserted.id, withinMs);
  // Without effect when the message is finished. After a 410 or a timeout it would be sent again.
  await store.cancel([inserted.id], clock.now());
  if (attempt !== null)
    return { messageId: message.messageId, attempt: attemptView(runtime, attempt) };
  const missing = isPulled(endpoint)
    ? ['claimed and settled', 'does its receiver run?']
    : ['sent', 'delivery may be busy'];
  const text = `the test event ${message.messageId} was not ${missing[0]} within ${withinMs} ms and was canceled; ${missing[1]}`;
  throw new CoreError('CONFLICT', (isPulled(endpoint) ? null : runtime.outboundProblem()) ?? text);
}

export async function currentEndpoint(
  { directory }: Runtime,
  endpointId: number
): Promise<EndpointSettings> {
  await directory.refreshIfChanged();
  const endpoint = directory.endpoint(endpointId);
  if (endpoint === undefined) {
    throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
  }
  return endpoint;
}

/** Polls the table, because another node may send the message. */
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
