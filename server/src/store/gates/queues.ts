/**
 * FIFO queues as an operator manages them. `claim-gated.ts` claims their messages.
 *
 * Never deleted, only hidden, because a message being enqueued refers to its queue by the row's id.
 */
import type { StoreContext } from '../sql/context';
import { COUNTED_UP_TO } from '../../core/message/limits';
import { gateLane } from './gate-place';
import type { GateStore, QueueRecord } from './gate-types';
import { DEFAULT_PARALLELISM, ensureQueues } from './gates';
import { flag, integer, rowsOf, text, type Row } from '../sql/rows';

type Queues = Pick<GateStore, 'listQueues' | 'findQueue' | 'putQueue' | 'removeQueue'>;

/** SQLite allows 500 terms in a UNION. */
const QUEUES_PER_STATEMENT = 100;

export function createQueues(ctx: StoreContext, onGated: () => void): Queues {
  const { tables } = ctx;

  async function read(name?: string): Promise<QueueRecord[]> {
    const rows = await ctx.query<Row[]>((knex) => {
      const query = knex(tables.queue.name).where({ removed: false }).orderBy('name');
      return name === undefined ? query : query.where({ name });
    });
    const lags = await lagsOf(rows.map((row) => gateLane('queue', integer(row.id))));
    return rows.map((row) => ({
      name: text(row.name),
      parallelism: integer(row.parallelism),
      paused: flag(row.paused),
      lag: lags.get(gateLane('queue', integer(row.id))) ?? 0,
      createdAt: integer(row.made_at),
      updatedAt: integer(row.changed_at),
    }));
  }

  /** Each counted up to a bound. */
  async function lagsOf(lanes: readonly string[]): Promise<Map<string, number>> {
    const one = `select ? as lane, (select count(*) from (
        select 1 as one from ${tables.outbox.quoted} where lane = ? limit ?) as few) as lag_count`;
    const lags = new Map<string, number>();
    for (let from = 0; from < lanes.length; from += QUEUES_PER_STATEMENT) {
      const some = lanes.slice(from, from + QUEUES_PER_STATEMENT);
      const bindings = some.flatMap((lane) => [lane, lane, COUNTED_UP_TO]);
      const sql = some.map(() => one).join(' union all ');
      for (const row of rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)))) {
        lags.set(text(row.lane), integer(row.lag_count));
      }
    }
    return lags;
  }

  return {
    listQueues: () => read(),

    findQueue: async (name) => (await read(name))[0] ?? null,

    async putQueue(name, { parallelism, paused }, now) {
      await ctx.transaction(async (trx) => {
        await ensureQueues(ctx, trx, [name], now);
        await trx(tables.queue.name)
          .where({ name })
          .update({
            changed_at: now,
            ...(parallelism !== undefined && { parallelism }),
            ...(paused !== undefined && { paused }),
          });
      });
      onGated();
    },

    async removeQueue(name, now) {
      const changed = await ctx.query<number>((knex) =>
        knex(tables.queue.name).where({ name, removed: false }).update({
          removed: true,
          parallelism: DEFAULT_PARALLELISM,
          paused: false,
          changed_at: now,
        })
      );
      onGated();
      return changed > 0;
    },
  };
}
