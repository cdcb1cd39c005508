/**
 * The log through the QStash API, newest first: three lists (creations, attempts, cancellations), each
 * read page by page in the order of its key and merged by time.
 *
 * An attempt's row is written when it is settled, so its beginning is listed with its end: within a
 * page everything is in order of time, across pages a slow attempt may have begun before what
 * follows. What is being sent right now has no row yet, and heads the first page.
 */
import type { Core } from '@strapi/strapi';

import {
  logRequest,
  urlMatches,
  type LogRequest,
  type LogState,
  type QstashFilter,
} from '../format/filters';
import { formatCursor, parseCursor, type LogPosition } from '../format/log-cursor';
import {
  attemptEntries,
  cancelEntries,
  creationEntry,
  logJson,
  type LogEntry,
} from '../format/log-entries';
import type { AttemptKind, LogAttemptRow, QstashRow } from '../../store/log/qstash-types';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import { lastAttemptOf, queryOf, qstashMessages, withinBudget } from './view';

interface Item {
  row: QstashRow;
  eventId: number;
  entry: LogEntry;
  /** The position after this entry, as far as its list is concerned. */
  position: Partial<LogPosition>;
}

type Source = AsyncGenerator<Item, void>;

const CANCEL_STATES: readonly LogState[] = ['CANCELED', 'CANCEL_REQUESTED'];

export const createQstashLogsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  async function* creations(filter: QstashFilter, start: LogPosition, limit: number): Source {
    let before = start.created;
    for (;;) {
      const rows = await store().listQstashRows(queryOf(filter), {
        ...(before !== undefined && { before }),
        limit,
      });
      for (const row of rows) {
        const entry = creationEntry(row);
        yield { row, eventId: row.eventId, entry, position: { created: row.id } };
      }
      if (rows.length < limit) return;
      before = rows.at(-1)?.id;
    }
  }

  async function* attempts(request: LogRequest, start: LogPosition, limit: number): Source {
    const kind = kindOf(request.states);
    let upTo = start.attempt?.id;
    for (;;) {
      const rows = await store().listLogAttempts(queryOf(request.filter), {
        ...(upTo !== undefined && { upTo }),
        ...(kind && { kind }),
        limit,
      });
      for (const attempt of rows) yield* entriesOf(runtime(), attempt, start);
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) return;
      upTo = last.id - 1;
    }
  }

  async function* cancellations(filter: QstashFilter, start: LogPosition, limit: number): Source {
    let upTo = start.canceled;
    for (;;) {
      const rows = await store().listCanceled(queryOf(filter), { ...(upTo && { upTo }), limit });
      for (const row of rows) yield* cancellationOf(row, start);
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) return;
      // The row before it, in this order; ids begin with 1.
      upTo = { at: last.finishedAt ?? last.createdAt, id: last.id - 1, entries: 0 };
    }
  }

  /** Being sent right now. Few: as many as there are slots. */
  async function* running(filter: QstashFilter, limit: number): Source {
    const { config, clock } = runtime();
    const { leaseMs } = config.dispatcher;
    const rows = await store().listQstashRows({ ...queryOf(filter), state: ['active'] }, { limit });
    for (const row of rows) {
      // A lease claimed ahead is a little longer (`delivery/loop/slots.ts`); nothing began after now.
      const time = Math.min(clock.now(), row.dueAt === null ? row.createdAt : row.dueAt - leaseMs);
      yield { row, eventId: row.eventId, entry: { time, state: 'ACTIVE' }, position: {} };
    }
  }

  function sourcesOf(request: LogRequest, start: LogPosition): Source[] {
    const { filter, states, cursor } = request;
    const limit = request.count + 1;
    const asks = (wanted: readonly LogState[]): boolean =>
      states === undefined || wanted.some((state) => states.includes(state));
    return [
      ...(asks(['ACTIVE']) && cursor === undefined ? [running(filter, limit)] : []),
      ...(asks(['ACTIVE', 'ERROR', 'RETRY', 'DELIVERED', 'FAILED'])
        ? [attempts(request, start, limit)]
        : []),
      ...(asks(CANCEL_STATES) ? [cancellations(filter, start, limit)] : []),
      ...(asks(['CREATED']) ? [creations(filter, start, limit)] : []),
    ];
  }

  return {
    /** @throws QstashError 400 */
    async list(query: string) {
      const request = logRequest(query);
      const start = request.cursor === undefined ? {} : parseCursor(request.cursor);
      const found = await newest(sourcesOf(request, start), request);
      const page = await withinBudget(runtime(), found.slice(0, request.count));
      const messages = await qstashMessages(
        runtime(),
        page.map(({ row }) => row)
      );
      const digest = runtime().redactor.digest;
      const events = [...page]
        .sort((a, b) => b.entry.time - a.entry.time)
        .flatMap(({ row, entry }) => {
          const message = messages.get(row.id);
          return message === undefined ? [] : [logJson(message, entry, digest)];
        });
      const last = page.at(-1);
      const end = page.reduce<LogPosition>(
        (position, item) => ({ ...position, ...item.position }),
        start
      );
      const more = last !== undefined && page.length < found.length;
      return { ...(more && { cursor: formatCursor(last.entry.time, end) }), events, logs: events };
    },
  };
};

export type QstashLogsService = ReturnType<typeof createQstashLogsService>;

/** Merges by time until there is one more than asked for, which only tells that there is more. */
async function newest(sources: Source[], request: LogRequest): Promise<Item[]> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  const items: Item[] = [];
  while (items.length <= request.count) {
    let next = -1;
    for (const [index, head] of heads.entries()) {
      const best = heads[next];
      if (head.done) continue;
      if (best === undefined || best.done || head.value.entry.time > best.value.entry.time)
        next = index;
    }
    const [head, source] = [heads[next], sources[next]];
    if (head === undefined || head.done || source === undefined) break;
    if (isAskedFor(head.value, request)) items.push(head.value);
    heads[next] = await source.next();
  }
  return items;
}

function isAskedFor({ row, entry }: Item, { states, filter }: LogRequest): boolean {
  return (
    (states === undefined || states.includes(entry.state)) &&
    (filter.from === undefined || entry.time >= filter.from) &&
    (filter.to === undefined || entry.time <= filter.to) &&
    urlMatches(filter, row.url)
  );
}

function* entriesOf(
  on: Runtime,
  { id, attempt, message }: LogAttemptRow,
  start: LogPosition
): Generator<Item> {
  const endedAt = attempt.startedAt + attempt.durationMs;
  const status = attempt.status ?? 0;
  const entries = attemptEntries(message, {
    status: attempt.status,
    error: attempt.error,
    headers: null,
    body: null,
    ...lastAttemptOf(on, attempt),
    startedAt: attempt.startedAt,
    endedAt,
    delivered: status >= 200 && status < 300,
    isLast: attempt.number === message.attempts,
  });
  const shown = start.attempt?.id === id ? start.attempt.entries : 0;
  for (const [index, entry] of entries.entries()) {
    const position = { attempt: { id, entries: index + 1 } };
    if (index >= shown) yield { row: message, eventId: message.eventId, entry, position };
  }
}

function* cancellationOf(row: QstashRow, start: LogPosition): Generator<Item> {
  const at = row.finishedAt ?? row.createdAt;
  const shown = start.canceled?.id === row.id ? start.canceled.entries : 0;
  for (const [index, entry] of cancelEntries(at).entries()) {
    const position = { canceled: { at, id: row.id, entries: index + 1 } };
    if (index >= shown) yield { row, eventId: row.eventId, entry, position };
  }
}

/** Which attempts can have such entries at all. */
function kindOf(states: readonly LogState[] | undefined): AttemptKind | undefined {
  if (states === undefined || states.includes('ACTIVE')) return undefined;
  const delivered = states.includes('DELIVERED');
  const failed = states.some((state) => state === 'ERROR' || state === 'RETRY');
  if (delivered) return failed || states.includes('FAILED') ? undefined : 'delivered';
  return failed ? 'failed' : 'final';
}
