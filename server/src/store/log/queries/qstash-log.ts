/**
 * What the log of the QStash API is read from: attempts as they were settled, and cancellations. Both
 * newest first and paged by key; the key of an attempt is its row id, which is given at settlement.
 */
import type { Knex } from 'knex';

import type { StoreContext } from '../../sql/context';
import { attemptView, integer, type Row } from '../../sql/rows';
import type { AttemptKind, QstashQuery, QstashStore } from '../qstash-types';
import { applyQstashQuery, unprefixed, qstashColumns, qstashRow } from './qstash-rows';

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
  ctx: StoreContext
): Pick<QstashStore, 'listLogAttempts' | 'listCanceled'> {
  /** By id first: the planner then need not guess how many attempts a message has. */
  async function rowIdsOf(messageIds: readonly string[]): Promise<number[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.message.name)
        .select('id')
        .whereIn('message_id', [...messageIds])
    );
    return rows.map((row) => integer(row.id));
  }

  return {
    async listLogAttempts(filter, { upTo, limit, kind }) {
      const { message, attempt } = ctx.tables;
      const { messageId, ...rest } = filter;
      const ids = messageId && (await rowIdsOf(messageId));
      const rows = await ctx.query<Row[]>((knex) => {
        const query = knex({ a: attempt.name })
          .join({ m: message.name }, 'm.id', 'a.message_row_id')
          .select({
            ...Object.fromEntries(ATTEMPT_COLUMNS.map((name) => [ATTEMPT + name, `a.${name}`])),
            ...qstashColumns(MESSAGE),
          });
        if (ids !== undefined) query.whereIn('a.message_row_id', ids);
        if (upTo !== undefined) query.where('a.id', '<=', upTo);
        applyKind(query, kind);
        applyDates(query, filter);
        return applyQstashQuery(query, rest).orderBy('a.id', 'desc').limit(limit);
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

    async listCanceled(filter, { upTo, limit }) {
      const rows = await ctx.query<Row[]>((knex) => {
        const query = knex({ m: ctx.tables.message.name })
          .select(qstashColumns())
          .where('m.state', 'canceled');
        if (upTo !== undefined) {
          query.where((older) => {
            older.where('m.finished_at', '<', upTo.at);
            older.orWhere((same) => {
              void same.where('m.finished_at', upTo.at).where('m.id', '<=', upTo.id);
            });
          });
        }
        if (filter.from !== undefined) query.where('m.finished_at', '>=', filter.from);
        if (filter.to !== undefined) query.where('m.finished_at', '<=', filter.to);
        return applyQstashQuery(query, filter)
          .orderBy([
            { column: 'm.finished_at', order: 'desc' },
            { column: 'm.id', order: 'desc' },
          ])
          .limit(limit);
      });
      return rows.map((row) => qstashRow(row, ctx.crypt));
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

/** An attempt is in a range when some of it is: it began before its end and ended after its beginning. */
function applyDates(query: Knex.QueryBuilder, { from, to }: QstashQuery): void {
  if (from !== undefined) query.whereRaw('a.started_at + a.duration_ms >= ?', [from]);
  if (to !== undefined) query.where('a.started_at', '<=', to);
}
