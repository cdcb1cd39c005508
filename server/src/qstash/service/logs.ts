/**
 * Lists the log, newest first. Creations, attempts and cancellations are read page by page in the order of
 * their keys, and merged by time.
 *
 * The row of an attempt is written at its end, so its start is listed with its end. Within a page, entries
 * are in order of time; across pages, a slow attempt may have started before the entries that follow.
 * Attempts in progress have no row yet and come first.
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
import type { Place } from '../../store/log/page-types';
import type { AttemptKind, LogAttemptRow, QstashRow } from '../../store/log/qstash-types';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import { lastAttemptOf, queryOf, qstashMessages, withinBudget } from './view';

interface Item {
  row: QstashRow;
  eventId: number;
  entry: LogEntry;
  /** The part of the cursor that this entry moves. */
  position: Partial<LogPosition>;
}

/** Marks the point down to which a list was read. */
interface Stop {
  entry: { time: number };
  position: Partial<LogPosition>;
}

type Source = (Item | Stop)[];

const CANCEL_STATES: readonly LogState[] = ['CANCELED', 'CANCEL_REQUESTED'];

export const createQstashLogsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  async function creations(
    filter: QstashFilter,
    start: LogPosition,
    limit: number
  ): Promise<Source> {
    const before = start.created;
    const { rows, next } = await store().listQstashRows(queryOf(filter), {
      ...(before !== undefined && { before }),
      limit,
    });
    const items = rows.map((row) => ({
      row,
      eventId: row.eventId,
      entry: creationEntry(row),
      position: { created: row.id },
    }));
    return ending(items, next, ({ id }) => ({ created: id }));
  }

  async function attempts(
    { filter, states }: LogRequest,
    start: LogPosition,
    limit: number
  ): Promise<Source> {
    const kind = kindOf(states);
    const upTo = start.attempt?.id;
    const { rows, next } = await store().listLogAttempts(queryOf(filter), {
      ...(upTo !== undefined && { upTo }),
      ...(kind && { kind }),
      limit,
    });
    const items = rows.flatMap((attempt) => [...entriesOf(runtime(), attempt, start)]);
    return ending(items, next, ({ id }) => ({ attempt: { id: id - 1, entries: 0 } }));
  }

  async function cancellations(
    filter: QstashFilter,
    start: LogPosition,
    limit: number
  ): Promise<Source> {
    const upTo = start.canceled;
    const { rows, next } = await store().listCanceled(queryOf(filter), {
      ...(upTo && { upTo }),
      limit,
    });
    const items = rows.flatMap((row) => [...cancellationOf(row, start)]);
    return ending(items, next, ({ at, id }) => ({ canceled: { at, id: id - 1, entries: 0 } }));
  }

  /** Attempts in progress, at most one per slot. */
  async function running(filter: QstashFilter, limit: number): Promise<Source> {
    const { config, clock } = runtime();
    const { leaseMs } = config.dispatcher;
    const { rows } = await store().listQstashRows(
      { ...queryOf(filter), state: ['active'] },
      { limit }
    );
    return rows.map((row) => {
      // A lease claimed ahead is longer (`delivery/loop/slots.ts`), so its start may be in the future.
      const time = Math.min(clock.now(), row.dueAt === null ? row.createdAt : row.dueAt - leaseMs);
      return { row, eventId: row.eventId, entry: { time, state: 'ACTIVE' as const }, position: {} };
    });
  }

  function sourcesOf(request: LogRequest, start: LogPosition): Promise<Source[]> {
    const { filter, states, cursor } = request;
    const limit = request.count + 1;
    const asks = (wanted: readonly LogState[]): boolean =>
      states === undefined || wanted.some((state) => states.includes(state));
    return Promise.all([
      ...(asks(['ACTIVE']) && cursor === undefined ? [running(filter, limit)] : []),
      ...(asks(['ACTIVE', 'ERROR', 'RETRY', 'DELIVERED', 'FAILED'])
        ? [attempts(request, start, limit)]
        : []),
      ...(asks(CANCEL_STATES) ? [cancellations(filter, start, limit)] : []),
      ...(asks(['CREATED']) ? [creations(filter, start, limit)] : []),
    ]);
  }

  return {
    /** @throws QstashError 400 */
    async list(query: string) {
      const request = logRequest(query);
      const start = request.cursor === undefined ? {} : parseCursor(request.cursor);
      const { found, stop } = newest(await sourcesOf(request, start), request, start);
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
      const end = page.length < found.length ? page.at(-1)?.end : stop;
      return { ...(end && { cursor: formatCursor(end.time, end.position) }), events, logs: events };
    },
  };
};

interface End {
  time: number;
  position: LogPosition;
}

/**
 * Merges by time. Reads one entry more than requested to learn whether there are more, and stops where a
 * list ended early.
 */
function newest(
  sources: Source[],
  request: LogRequest,
  start: LogPosition
): { found: (Item & { end: End })[]; stop?: End } {
  const lists = sources.map((source) => source.values());
  const heads = lists.map((list) => list.next().value);
  const found: (Item & { end: End })[] = [];
  let position = start;
  while (found.length <= request.count) {
    const next = latest(heads);
    const head = heads[next];
    if (head === undefined) break;
    position = { ...position, ...head.position };
    const end = { time: head.entry.time, position };
    if (!('row' in head)) return { found, stop: end };
    if (isAskedFor(head, request)) found.push({ ...head, end });
    heads[next] = lists[next]?.next().value;
  }
  return { found };
}

/** @returns the index of the newest head; -1 when there is none. */
function latest(heads: readonly (Item | Stop | undefined)[]): number {
  let next = -1;
  for (const [index, head] of heads.entries()) {
    if (head && head.entry.time > (heads[next]?.entry.time ?? -Infinity)) next = index;
  }
  return next;
}

/** A list as far as it was read, and where it goes on. */
function ending(
  items: Item[],
  next: Place | null,
  positionOf: (next: Place) => Partial<LogPosition>
): Source {
  if (next === null) return items;
  return [...items, { entry: { time: next.at }, position: positionOf(next) }];
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

/** Narrows the attempts to those that can have entries in these states. */
function kindOf(states: readonly LogState[] | undefined): AttemptKind | undefined {
  if (states === undefined || states.includes('ACTIVE')) return undefined;
  const delivered = states.includes('DELIVERED');
  const failed = states.some((state) => state === 'ERROR' || state === 'RETRY');
  if (delivered) return failed || states.includes('FAILED') ? undefined : 'delivered';
  return failed ? 'failed' : 'final';
}
