/**
 * size: how much the log holds, and what to remove when it is too much.
 *
 * Counts    rows of messages up to a cap, from an index.
 * Allocated what the database reports for the tables: cheap, and never less than their contents.
 * Estimates bytes from samples spread over all messages of each state. The newest alone would let a
 *           burst of large messages stand for a log of small ones.
 * Removes   finished messages, oldest first; dead letters only when told to, and last.
 * Never     an unfinished message.
 */
import { MESSAGE_STATES, type MessageState } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { removeFinished } from './delete-finished';
import { integer, rowsOf, type Row } from '../sql/rows';
import type { Amount, SizeStore } from './size-types';

/** Messages sampled per state. */
const SAMPLE = 100;
/** Messages removed in one transaction. */
const BATCH = 500;

const START_COLUMNS = { row_id: 'integer' } as const;

/** Order of removal. Dead letters come last, because an operator may still replay them. */
const removableStates = (includeDead: boolean): MessageState[] =>
  includeDead ? ['canceled', 'delivered', 'dead'] : ['canceled', 'delivered'];

export function createSize(ctx: StoreContext): SizeStore {
  const { message, event, attempt } = ctx.tables;
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

  /** Ids of a state at equal distances between the first and the last. */
  async function sampleOf(state: MessageState): Promise<number[]> {
    const [ends] = rowsOf(
      await ctx.query((knex) =>
        knex.raw(
          `select min(id) as first, max(id) as last from ${message.quoted} where state = ?`,
          [state]
        )
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
          `select (select m.id from ${message.quoted} m where m.state = ? and m.id >= s.row_id
             order by m.id limit 1) as id from ${sql}`,
          [state, ...bindings]
        )
      )
    );
    return [...new Set(rows.map((row) => integer(row.id)).filter((id) => id > 0))];
  }

  async function bytesInState(state: MessageState): Promise<number> {
    const count = await number(`select count(*) as value from ${message.quoted} where state = ?`, [
      state,
    ]);
    if (count === 0) return 0;
    const sizes = [...(await sizesOf(await sampleOf(state))).values()];
    const average = sizes.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, sizes.length);
    return Math.round(count * average);
  }

  async function oldestFinished(limit: number, states: readonly MessageState[]): Promise<number[]> {
    for (const state of states) {
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

    async allocatedBytes() {
      switch (ctx.dialect.name) {
        case 'sqlite':
          return number(
            `select (p.page_count - f.freelist_count) * s.page_size as value
             from pragma_page_count() p, pragma_freelist_count() f, pragma_page_size() s`
          );
        case 'postgres': {
          const sizes = [message, event, attempt].map(() => 'pg_total_relation_size(?::regclass)');
          return number(
            `select ${sizes.join(' + ')} as value`,
            [message, event, attempt].map(({ quoted }) => quoted)
          );
        }
        case 'mysql':
          // MySQL caches these figures for a day unless told otherwise. MariaDB ignores the hint.
          return number(
            `select /*+ SET_VAR(information_schema_stats_expiry = 0) */ sum(data_length + index_length) as value
             from information_schema.tables where table_schema = database() and table_name in (?, ?, ?)`,
            [message.name, event.name, attempt.name]
          );
      }
    },

    async estimatedBytes() {
      let bytes = 0;
      for (const state of MESSAGE_STATES) bytes += await bytesInState(state);
      return bytes;
    },

    async trimFinished(excess, { includeDead }) {
      const oldest = await oldestFinished(BATCH, removableStates(includeDead));
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
