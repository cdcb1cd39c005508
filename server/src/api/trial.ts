/**
 * Tries filters and a shape, before they are saved, on the latest events of the log. An event that was withheld
 * from every endpoint is not in the log.
 */
import chunk from 'lodash/chunk';
import omit from 'lodash/omit';

import { CoreError } from '../core/errors';
import { REDUCED_HEADER } from '../core/message/payload';
import { TOO_SLOW } from '../core/shape/render';
import type { Shape } from '../core/shape/shape';
import { createJudge, type Judge, type Receiver } from '../delivery/engine/judge';
import { KEPT_SOURCES } from '../delivery/engine/kept-events';
import type { Runtime } from '../runtime/runtime';
import type { StoredEvent } from '../store/log/query-types';
import { missingOf, verdictOf } from './entry-test';
import { checkEndpointFilter, checkTopicFilter } from './filter-input';
import { parseInput } from './input';
import { endpointTrialInput, topicTrialInput } from './trial-schemas';
import { checkView, shapeOf } from './shape-input';
import { requestOf } from './shape-preview';
import type { TrialResult, TrialRow } from './trial-types';

/** Events that are tried. */
const TRIED = 200;
/** Rows that are looked through for them. */
const LOOKED_AT = 5_000;
const PAGE = 500;
/** Bodies in memory at once. */
const BODIES = 20;

interface Tried extends Receiver {
  shape: Shape | null;
}

/** @throws CoreError as saving the endpoint would; NOT_FOUND. */
export async function tryEndpoint(runtime: Runtime, given: unknown): Promise<TrialResult> {
  const input = parseInput(endpointTrialInput, given);
  const { topicIds, filter = null, eventId } = input;
  const topics = await runtime.store.listTopics();
  const shape = shapeOf(runtime, input.shape ?? null);
  await checkView(runtime, { topicIds, shape }, { topics });
  checkEndpointFilter(runtime, { filter, topicIds }, { topics });
  const ignoredActors = (input.ignoredActors ?? []).map((actor) => ({ label: '', ...actor }));
  const tried: Tried = {
    endpoint: { id: 0, name: '', filter, ignoredActors },
    topics: topics.filter(({ id }) => topicIds.includes(id)),
    shape,
  };
  return eventId === undefined ? tryOnLatest(runtime, tried) : tryOnOne(runtime, tried, eventId);
}

/** @throws CoreError INVALID_FILTER; NOT_FOUND. */
export async function tryTopic(runtime: Runtime, given: unknown): Promise<TrialResult> {
  const { eventId, events, contentTypes, filter = null } = parseInput(topicTrialInput, given);
  checkTopicFilter(runtime, { filter, contentTypes });
  const tried: Tried = {
    endpoint: { id: 0, name: '', filter: null, ignoredActors: [] },
    topics: [{ id: 0, name: '', enabled: true, events, contentTypes, filter }],
    shape: null,
  };
  return eventId === undefined ? tryOnLatest(runtime, tried) : tryOnOne(runtime, tried, eventId);
}

async function tryOnLatest(runtime: Runtime, tried: Tried): Promise<TrialResult> {
  const { judge, hasTopicFor } = createJudge(tried, runtime.schema.schemas);
  const events: TrialRow[] = [];
  let rendered = tried;
  for (const ids of chunk(await latestIds(runtime, hasTopicFor), BODIES)) {
    const bodies = await runtime.store.readEvents(ids);
    for (const event of bodies.toReversed()) {
      const { row } = await tryOne(runtime, rendered, { judge, event });
      // One wait is enough: the process serves editors. The others are judged by the filters alone.
      if (row.problem?.includes(TOO_SLOW)) rendered = { ...tried, shape: null };
      events.push(row);
    }
  }
  const sent = events.filter(({ verdict }) => verdict.sent).length;
  return { tried: events.length, sent, withheld: events.length - sent, events, request: null };
}

async function tryOnOne(runtime: Runtime, tried: Tried, id: number): Promise<TrialResult> {
  const [event] = await runtime.store.readEvents([id]);
  if (event === undefined || !KEPT_SOURCES.includes(event.source)) {
    throw new CoreError('INVALID_VALUE', `there is no event ${id} to try this on`, 'eventId');
  }
  const { judge } = createJudge(tried, runtime.schema.schemas);
  const { row, request } = await tryOne(runtime, tried, { judge, event });
  const sent = Number(row.verdict.sent);
  return { tried: 1, sent, withheld: 1 - sent, events: [row], request };
}

/** Newest first. */
async function latestIds({ store }: Runtime, hasTopicFor: Judge['hasTopicFor']): Promise<number[]> {
  const ids: number[] = [];
  let before: number | undefined;
  for (let looked = 0; looked < LOOKED_AT && ids.length < TRIED; looked += PAGE) {
    const page = { limit: PAGE, ...(before !== undefined && { before }) };
    const rows = await store.listEvents({ source: [...KEPT_SOURCES] }, page);
    ids.push(...rows.filter(({ name, uid }) => hasTopicFor(name, uid)).map(({ id }) => id));
    if (rows.length < PAGE) break;
    before = rows.at(-1)?.id;
  }
  return ids.slice(0, TRIED);
}

async function tryOne(
  runtime: Runtime,
  { endpoint, shape }: Tried,
  { judge, event }: { judge: Judge['judge']; event: StoredEvent }
): Promise<{ row: TrialRow; request: TrialResult['request'] }> {
  const kept = await runtime.keptEvents(event, shape);
  const request = requestOf(runtime, kept, { shape });
  const isSilent = request.request === null && request.problem === null;
  const row: TrialRow = {
    event: omit(event, 'body', 'contentType'),
    verdict: verdictOf(judge(kept), isSilent ? endpoint : null),
    problem: request.problem,
    reduced: request.request?.headers[REDUCED_HEADER] !== undefined,
    missing: missingOf(kept),
  };
  return { row, request: shown(runtime, request) };
}

/** Without the fields that are never shown. */
const shown = ({ redactor }: Runtime, made: NonNullable<TrialResult['request']>) => ({
  ...made,
  request: made.request && {
    ...made.request,
    body: made.request.body && redactor.fields(made.request.body),
  },
});
