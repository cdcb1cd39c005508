/** Tests an endpoint with a real entry: judges it, shows the request, and sends it. */
import type { z } from 'zod';

import { SAMPLED_EVENTS } from '../capture';
import { CoreError } from '../core/errors';
import type { ClaimedMessage, NewEvent, NewMessage } from '../core/message/message';
import { isPulled } from '../core/message/pull';
import { storeBody } from '../core/message/payload';
import { viewOf } from '../core/shape/view';
import type { EndpointSettings } from '../delivery/engine/directory';
import { createJudge, type Judged } from '../delivery/engine/judge';
import type { Runtime } from '../runtime/runtime';
import type { entryTestInput } from './trial-schemas';
import { assertDelivers, currentEndpoint, deliverTest, onceIn } from './test-send';
import type { EntryTestResult, PreparedRequest, Verdict } from './trial-types';

type Entry = z.output<typeof entryTestInput>['entry'];

/**
 * @throws CoreError NOT_FOUND; UNKNOWN_CONTENT_TYPE and INVALID_VALUE at the part of the entry that is wrong;
 *   CONFLICT as a test without an entry.
 */
export async function testEntry(
  runtime: Runtime,
  endpointId: number,
  { entry, dryRun = false }: z.output<typeof entryTestInput>
): Promise<EntryTestResult> {
  if (!dryRun) assertDelivers(runtime);
  const endpoint = await currentEndpoint(runtime, endpointId);
  const topics = runtime.directory
    .topics()
    .filter((topic) => topic.endpointIds.includes(endpointId));
  const { hasTopicFor, judge } = createJudge({ endpoint, topics }, runtime.schema.schemas);
  assertSubscribed(runtime, entry, endpoint, hasTopicFor);
  const event = await sampleOf(runtime, entry, endpoint);
  const judged = judge(event);
  const shaped = runtime.recorder.shaped(event, endpoint);
  const verdict = verdictOf(judged, shaped === null ? endpoint : null);
  const missing = missingOf(event);
  if (shaped === null) return { verdict, request: null, problem: null, missing, result: null };
  const message = runtime.recorder.endpointMessage(endpoint, judged.topicName, {
    ...shaped,
    ...onceIn(endpointId),
  });
  const made = await preparedRequest(runtime, endpoint, { event, message });
  const isSent = verdict.sent && made.problem === null && !dryRun;
  const result = isSent ? await deliverTest(runtime, endpoint, { event, message }) : null;
  return { verdict, ...made, missing, result };
}

/** @returns what the shape asks for and the event does not know. */
export const missingOf = ({ views }: NewEvent): string[] =>
  [...(views?.values() ?? [])].flatMap(({ missing = [] }) => missing);

/** @param silent the endpoint, when its format sends nothing. */
export function verdictOf(
  { withheldBy, assumed }: Judged,
  silent: { id: number; name: string } | null
): Verdict {
  const by =
    withheldBy ??
    (silent && { by: 'endpoint' as const, id: silent.id, name: silent.name, condition: 'format' });
  return { sent: by === null, withheldBy: by, assumed };
}

function assertSubscribed(
  { schema }: Runtime,
  { uid, event }: Entry,
  { name }: EndpointSettings,
  hasTopicFor: (event: string, uid: string) => boolean
): void {
  if (!schema.contentTypes().includes(uid)) {
    throw new CoreError(
      'UNKNOWN_CONTENT_TYPE',
      `"${uid}" is not a content type of this app`,
      'entry.uid'
    );
  }
  if (hasTopicFor(event, uid)) return;
  throw new CoreError(
    'INVALID_VALUE',
    `no enabled topic of "${name}" has ${event} of ${uid}`,
    hasTopicForAny(hasTopicFor, uid) ? 'entry.event' : 'entry.uid'
  );
}

const hasTopicForAny = (
  hasTopicFor: (event: string, uid: string) => boolean,
  uid: string
): boolean => SAMPLED_EVENTS.some((event) => hasTopicFor(event, uid));

async function sampleOf(
  { sample, formats }: Runtime,
  entry: Entry,
  { shape }: EndpointSettings
): Promise<NewEvent> {
  const view = shape && viewOf(shape, formats.needs);
  const { uid, documentId, locale = null, event } = entry;
  const made = await sample({ uid, documentId, locale, status: entry.status ?? null, event }, view);
  if ('event' in made) return made.event;
  const reasons = {
    documentId: `there is no entry ${documentId} of ${uid}`,
    locale: `the entry has no version in the locale ${locale}`,
    status: `the entry has no ${entry.status} version`,
  };
  throw new CoreError('INVALID_VALUE', reasons[made.missing], `entry.${made.missing}`);
}

/** The request as the first attempt would make it. */
async function preparedRequest(
  { prepare, preparePulled, redactor, clock }: Runtime,
  endpoint: EndpointSettings,
  { event, message }: { event: NewEvent; message: NewMessage }
): Promise<{ request: PreparedRequest | null; problem: string | null }> {
  const now = clock.now();
  const claimed: ClaimedMessage = {
    ...message,
    queue: null,
    id: 0,
    leaseToken: '',
    retried: 0,
    attempts: 0,
    enqueuedAt: now,
    event: {
      id: 0,
      name: event.name,
      uid: event.uid,
      entryDocumentId: event.entryDocumentId,
      source: event.source,
      occurredAt: event.occurredAt,
    },
    body: message.body ?? event.body,
    contentType: message.rendering?.contentType ?? event.contentType,
  };
  const prepared = await (isPulled(endpoint)
    ? preparePulled(claimed, endpoint, now)
    : prepare(claimed, now));
  switch (prepared.kind) {
    case 'request': {
      const { method, url, headers } = prepared.logged;
      const body = redactor.fields(storeBody(prepared.request.body));
      return { request: { method, url, headers, body }, problem: null };
    }
    case 'blocked':
      return { request: null, problem: prepared.error };
    case 'handler':
    case 'hold':
      return { request: null, problem: 'nothing is sent from this environment at the moment' };
  }
}
