/**
 * size: how much the log holds, and what to remove when it is too much.
 *
 * Counts    rows of messages, up to a cap: an index is walked, no row is read.
 * Estimates bytes, from what the newest messages take with their events and attempts. The files of a
 *           database say nothing: they do not shrink when rows are deleted.
 * Removes   finished messages, the longest finished first; dead letters only when nothing else is left.
 * Never     an unfinished message.
 */
import type { StoreContext } from '../sql/context';
import { removeFinished } from './delete-finished';
import { integer, rowsOf, type Row } from '../sql/rows';
import type { SizeStore } from './size-types';

/** Dead letters last: they are what somebody still wants to see. */
const BY_WORTH = ['canceled', 'delivered', 'dead'] as const;

export function createSize(ctx: StoreContext): SizeStore {
  const { message, event, attempt } = ctx.tables;

  async function number(sql: string, bindings: number[]): Promise<number> {
    const [row] = rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));
    return Math.round(Number(row?.value ?? 0));
  }

  const lengths = (alias: string, columns: readonly string[]): string =>
    columns.map((column) => `coalesce(length(${alias}.${column}), 0)`).join(' + ');

  async function oldestFinished(limit: number): Promise<number[]> {
    for (const state of BY_WORTH) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(message.name)
          .select('id')
          .where({ state })
          .orderBy([{ column: 'finished_at' }, { column: 'id' }])
          .limit(limit)
      );
      if (rows.length > 0) return rows.map((row) => integer(row.id));
    }
    return [];
  }

  return {
    countMessages: (upTo) =>
      number(
        `select count(*) as value from (select 1 as one from ${message.quoted} limit ?) as few`,
        [upTo]
      ),

    averageMessageBytes: (sample) =>
      number(
        `select avg(bytes) as value from (
           select ${lengths('m', ['body', 'headers', 'callbacks', 'url'])} + ${lengths('e', ['body'])} + coalesce((
             select sum(${lengths('a', ['request_headers', 'response_headers', 'response_body'])})
             from ${attempt.quoted} a where a.message_row_id = m.id), 0) as bytes
           from ${message.quoted} m left join ${event.quoted} e on e.id = m.event_id
           order by m.id desc limit ?) as newest`,
        [sample]
      ),

    async trimFinished(limit) {
      const ids = await oldestFinished(limit);
      if (ids.length === 0) return 0;
      return ctx.transaction((trx) => removeFinished(ctx, trx, ids));
    },
  };
}
