/**
 * size: how much the log holds, and what to remove when it is too much.
 *
 * Counts    rows of messages up to a cap, from an index.
 * Allocated what the database reports for the tables: cheap, and never less than their contents.
 * Estimates bytes from samples spread over all messages. The newest alone would let a burst of large
 *           messages stand for a log of small ones.
 * Removes   finished messages, oldest first; dead letters only when told to, and last.
 * Never     an unfinished message.
 */
import type { MessageState } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { removeFinished } from './delete-finished';
import { createDeliveredWalk } from './delivered-walk';
import { integer, rowsOf, type Row } from '../sql/rows';
import type { Amount, SizeStore } from './size-types';

/** Messages sampled. */
const SAMPLE = 400;
/** Messages removed in one transaction. */
const BATCH = 500;

const START_COLUMNS = { row_id: 'bigint' } as const;

export function createSize(ctx: StoreContext): SizeStore {
  const { message, outbox, undelivered, event, attempt } = ctx.tables;
  const stored = [message, outbox, undelivered, event, attempt];
  const delivered = createDeliveredWalk(ctx);
  // Size as stored, on PostgreSQL compressed, without reading out-of-line values.
  const bytesOf = ctx.dialect.name === 'postgres' ? 'pg_column_size' : 'length';

  async function number(sql: string, bindings: (string | number)[] = []): Promise<number> {
    const [row] = rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));
    return Math.round(Number(row?.value ?? 0));
  }

  const lengths = (alias: string, columns: readonly string[]): string =>
    columns.map((column) => `coalesce(${bytesOf}(${alias}.${column}), 0)`).join(' + ');

  /** Bytes of each message. */
  async function sizesOf(ids: readonly number[]): Promise<Map<number, number>> {
    if (ids.length === 0) return new Map();
    const rows = rowsOf(
      await ctx.query((knex) =>
        knex.raw(
          `select m.id, ${lengths('m', ['body', 'headers', 'callbacks', 'url'])} + ${lengths('e', ['body'])} + coalesce((
             select sum(${lengths('a', ['request_headers', 'response_headers', 'response_body'])})
             from ${attempt.quoted} a where a.message_row_id = m.id), 0) as bytes
           from ${message.quoted} m left join ${event.quoted} e on e.id = m.event_id
           where m.id in (${ids.map(() => '?').join(', ')})`,
          [...ids]
        )
      )
    );
    return new Map(rows.map((row) => [integer(row.id), Number(row.bytes)]));
  }

  /** Ids at equal distances between the first and the last. */
  async function sample(): Promise<number[]> {
    const [ends] = rowsOf(
      await ctx.query((knex) =>
        knex.raw(`select min(id) as first, max(id) as last from ${message.quoted}`)
      )
    );
    const first = integer(ends?.first);
    const step = (integer(ends?.last) - first) / (SAMPLE - 1);
    const starts = Array.from({ length: SAMPLE }, (_, n) => ({
      row_id: first + Math.floor(n * step),
    }));
    const { sql, bindings } = ctx.dialect.rowset(START_COLUMNS, starts);
    const rows = rowsOf(
      await ctx.query((knex) =>
        knex.raw(
          `select (select m.id from ${message.quoted} m where m.id >= s.row_id order by m.id limit 1) as id from ${sql}`,
          bindings
        )
      )
    );
    return [...new Set(rows.map((row) => integer(row.id)).filter((id) => id > 0))];
  }

  async function oldestEnded(state: MessageState, limit: number): Promise<number[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(undelivered.name)
        .select('id')
        .where({ state })
        .orderBy([{ column: 'ended_at' }, { column: 'id' }])
        .limit(limit)
    );
    return rows.map((row) => integer(row.id));
  }

  async function oldestFinished(limit: number, includeDead: boolean): Promise<number[]> {
    const canceled = await oldestEnded('canceled', limit);
    if (canceled.length > 0) return canceled;
    // Twice: the walk may have been at its end.
    for (let round = 0; round < 2; round += 1) {
      const old = await delivered.next(limit, Infinity);
      if (old.length > 0) return old;
    }
    // Dead letters come last, because an operator may still replay them.
    return includeDead ? oldestEnded('dead', limit) : [];
  }

  return {
    countMessages: (upTo) =>
      number(
        `select count(*) as value from (select 1 as one from ${message.quoted} limit ?) as few`,
        [upTo]
      ),

    async allocatedBytes() {
      switch (ctx.dialect.name) {
        case 'sqlite':
          return number(
            `select (p.page_count - f.freelist_count) * s.page_size as value
             from pragma_page_count() p, pragma_freelist_count() f, pragma_page_size() s`
          );
        case 'postgres': {
          const sizes = stored.map(() => 'pg_total_relation_size(?::regclass)');
          return number(
            `select ${sizes.join(' + ')} as value`,
            stored.map(({ quoted }) => quoted)
          );
        }
        case 'mysql':
          // MySQL caches these figures for a day unless told otherwise. MariaDB ignores the hint.
          return number(
            `select /*+ SET_VAR(information_schema_stats_expiry = 0) */ sum(data_length + index_length) as value
             from information_schema.tables where table_schema = database() and table_name in (${stored.map(() => '?').join(', ')})`,
            stored.map(({ name }) => name)
          );
      }
    },

    async estimatedBytes() {
      const count = await number(`select count(*) as value from ${message.quoted}`);
      if (count === 0) return 0;
      const sizes = [...(await sizesOf(await sample())).values()];
      const average = sizes.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, sizes.length);
      return Math.round(count * average);
    },

    async trimFinished(excess, { includeDead }) {
      const oldest = await oldestFinished(BATCH, includeDead);
      const sizes = await sizesOf(oldest);
      const chosen: number[] = [];
      let bytes = 0;
      for (const id of oldest) {
        if (chosen.length >= excess.messages && bytes >= excess.bytes) break;
        chosen.push(id);
        bytes += sizes.get(id) ?? 0;
      }
      if (chosen.length === 0) return NOTHING;
      const messages = await ctx.transaction((trx) => removeFinished(ctx, trx, chosen, 'skip'));
      return { messages, bytes };
    },
  };
}

const NOTHING: Amount = { messages: 0, bytes: 0 };
