/**
 * Log of the QStash API: settled attempts and cancellations, newest first and paged by key. The key
 * of an attempt is its row id, assigned at settlement.
 */
import type { Knex } from 'knex';

import type { StoreContext } from '../../sql/context';
import { attemptView, integer, type Row } from '../../sql/rows';
import { ENDED_INDEX } from '../../sql/tables';
import type { Place } from '../page-types';
import type { AttemptKind, QstashQuery, QstashStore } from '../qstash-types';
import { narrows } from './message-places';
import { createFirstAt, SLACK_MS } from './search-window';
import { searchSlices, type Reach } from './slices';
import {
  applyQstashQuery,
  qstashColumns,
  qstashMessages,
  qstashRow,
  unprefixed,
} from './qstash-rows';

/**
 * An attempt is recorded when it ends, at most one lease after it began. The configuration bounds
 * leases.
 */
const ATTEMPT_SLACK_MS = 30 * 60_000 + SLACK_MS;

const MESSAGE = 'message_';
const ATTEMPT = 'attempt_';

const ATTEMPT_COLUMNS = [
  'id',
  'number',
  'started_at',
  'duration_ms',
  'outcome',
  'status',
  'error',
  'request_url',
  'request_method',
  'response_headers',
  'response_body',
  'response_body_encoding',
  'response_body_truncated',
];

export function createQstashLog(
  ctx: StoreContext,
  reach?: Reach
): Pick<QstashStore, 'listLogAttempts' | 'listCanceled'> {
  const firstAt = createFirstAt(ctx, 'attempt', 'started_at');

  /** Reads ids first, so that the planner need not guess how many attempts a message has. */
  async function rowIdsOf(messageIds: readonly string[]): Promise<number[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.message.name)
        .select('id')
        .whereIn('message_id', [...messageIds])
    );
    return rows.map((row) => integer(row.id));
  }

  async function attemptPlaces(
    messageRowIds: readonly number[] | undefined,
    below: number,
    size: number
  ): Promise<Place[]> {
    const rows = await ctx.query<Row[]>((knex) => {
      const query = knex(ctx.tables.attempt.name).select('id', 'started_at');
      if (messageRowIds !== undefined) query.whereIn('message_row_id', [...messageRowIds]);
      if (Number.isFinite(below)) query.where('id', '<', below);
      return query.orderBy('id', 'desc').limit(size);
    });
    return rows.map((row) => ({ id: integer(row.id), at: integer(row.started_at) }));
  }

  /**
   * Two ranges of the index: rows of the same instant, of which a bulk call makes many, and older
   * ones.
   */
  async function canceledPlaces(
    { from, to }: QstashQuery,
    rowIds: readonly number[] | undefined,
    behind: Place,
    size: number
  ): Promise<Place[]> {
    const { dialect, tables } = ctx;
    const canceled = (knex: Knex) =>
      (rowIds === undefined
        ? dialect.byIndex(knex, tables.undelivered, ENDED_INDEX)
        : dialect.byId(knex, tables.undelivered).whereIn('id', [...rowIds])
      )
        .select('id', 'ended_at')
        .where({ state: 'canceled' })
        .where('ended_at', '>=', from ?? 0)
        .where('ended_at', '<=', to ?? Number.MAX_SAFE_INTEGER);
    const same = Number.isFinite(behind.at)
      ? await ctx.query<Row[]>((knex) =>
          canceled(knex)
            .where('ended_at', behind.at)
            .where('id', '<', behind.id)
            .orderBy('id', 'desc')
            .limit(size)
        )
      : [];
    const missing = size - same.length;
    const older =
      missing === 0
        ? []
        : await ctx.query<Row[]>((knex) => {
            const query = canceled(knex);
            if (Number.isFinite(behind.at)) query.where('ended_at', '<', behind.at);
            return query
              .orderBy([
                { column: 'ended_at', order: 'desc' },
                { column: 'id', order: 'desc' },
              ])
              .limit(missing);
          });
    return [...same, ...older].map((row) => ({
      id: integer(row.id),
      at: integer(row.ended_at),
    }));
  }

  return {
    async listLogAttempts(filter, { upTo, limit, kind }) {
      const { messageId, ...rest } = filter;
      const { from, to } = filter;
      const rowIds = messageId && (await rowIdsOf(messageId));
      const jump = upTo === undefined && to !== undefined && rowIds === undefined;
      const newest = jump ? await firstAt(to + ATTEMPT_SLACK_MS) : (upTo ?? Infinity) + 1;
      const reaches = ({ at }: Place) => from === undefined || at >= from - ATTEMPT_SLACK_MS;
      return searchSlices(
        {
          from: { id: newest, at: Infinity },
          limit,
          narrows: kind !== undefined || narrows(rest),
          slice: async ({ id }, size) =>
            (await attemptPlaces(rowIds, id, size)).filter(
              (place) => rowIds !== undefined || reaches(place)
            ),
          async match(ids, missing) {
            const { message, outbox, attempt } = ctx.tables;
            const rows = await ctx.query<Row[]>((knex) => {
              const query = knex({ a: attempt.name })
                .join({ m: message.name }, 'm.id', 'a.message_row_id')
                .leftJoin({ o: outbox.name }, 'o.id', 'm.id')
                .select({
                  ...Object.fromEntries(
                    ATTEMPT_COLUMNS.map((name) => [ATTEMPT + name, `a.${name}`])
                  ),
                  ...qstashColumns(MESSAGE),
                })
                .whereIn('a.id', ids);
              applyKind(query, kind);
              applyDates(query, filter);
              return applyQstashQuery(query, rest).orderBy('a.id', 'desc').limit(missing);
            });
            return rows.map((row) => {
              const own = unprefixed(row, ATTEMPT);
              return {
                id: integer(own.id),
                attempt: attemptView(own),
                message: qstashRow(unprefixed(row, MESSAGE), ctx.crypt),
              };
            });
          },
        },
        reach
      );
    },

    async listCanceled(filter, { upTo, limit }) {
      const { messageId, ...rest } = filter;
      const rowIds = messageId && (await rowIdsOf(messageId));
      return searchSlices(
        {
          from:
            upTo === undefined ? { id: Infinity, at: Infinity } : { id: upTo.id + 1, at: upTo.at },
          limit,
          narrows: narrows(rest),
          slice: (behind, size) => canceledPlaces(filter, rowIds, behind, size),
          async match(ids, missing) {
            const rows = await ctx.query<Row[]>((knex) =>
              applyQstashQuery(qstashMessages(ctx, knex), filter)
                .select(qstashColumns())
                .where('m.state', 'canceled')
                .whereIn('m.id', ids)
                .orderBy([
                  { column: 'm.finished_at', order: 'desc' },
                  { column: 'm.id', order: 'desc' },
                ])
                .limit(missing)
            );
            return rows.map((row) => qstashRow(row, ctx.crypt));
          },
        },
        reach
      );
    },
  };
}

function applyKind(query: Knex.QueryBuilder, kind: AttemptKind | undefined): void {
  switch (kind) {
    case undefined:
      return;
    case 'delivered':
      query.whereBetween('a.status', [200, 299]);
      return;
    case 'final':
      query.where('m.state', 'dead').whereRaw('a.number = m.attempts');
      return;
    case 'failed':
      query.where((any) => {
        any.whereNull('a.status').orWhereNotBetween('a.status', [200, 299]);
      });
  }
}

/** An attempt overlaps the range: it began before its end and ended after its start. */
function applyDates(query: Knex.QueryBuilder, { from, to }: QstashQuery): void {
  if (from !== undefined) query.whereRaw('a.started_at + a.duration_ms >= ?', [from]);
  if (to !== undefined) query.where('a.started_at', '<=', to);
}
