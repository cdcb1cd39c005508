/** Flow-control keys as an operator manages them. `claim-gated.ts` lets messages through. */
import { roomOf } from '../../core/gates/flow-window';
import type { StoreContext } from '../sql/context';
import { COUNTED_UP_TO } from '../../core/message/limits';
import { gateLane, QUEUE_LANES } from './gate-place';
import type { FlowKeyChange, FlowKeyRecord, GateStore } from './gate-types';
import { bringFlowKeys, keyDigest } from './gates';
import { beingSent, windowOf } from './key-rooms';
import { contains } from '../log/queries/filter';
import { flag, integer, rowsOf, text, type Row } from '../sql/rows';

type FlowKeys = Pick<
  GateStore,
  | 'listFlowKeys'
  | 'pageFlowKeys'
  | 'findFlowKey'
  | 'changeFlowKey'
  | 'ensureFlowKey'
  | 'countActive'
>;

const NO_LIMIT = 0;
/** SQLite allows 500 terms in a UNION. */
const KEYS_PER_STATEMENT = 100;

export function createFlowKeys(ctx: StoreContext, onGated: () => void): FlowKeys {
  const { tables } = ctx;

  async function view(rows: readonly Row[], now: number): Promise<FlowKeyRecord[]> {
    const views: FlowKeyRecord[] = [];
    for (let from = 0; from < rows.length; from += KEYS_PER_STATEMENT) {
      views.push(...(await viewSome(rows.slice(from, from + KEYS_PER_STATEMENT), now)));
    }
    return views;
  }

  async function viewSome(rows: readonly Row[], now: number): Promise<FlowKeyRecord[]> {
    const ids = rows.map((row) => integer(row.id));
    const waiting = await countWaiting(ids);
    const active = await countSending(ids, now);
    return rows.map((row) => {
      const id = integer(row.id);
      const window = windowOf(row);
      const begun = window.periodStart > 0;
      const room = roomOf(window, 0, now);
      return {
        id,
        key: text(row.name),
        waiting: waiting.get(id) ?? 0,
        parallelismMax: window.parallelism ?? NO_LIMIT,
        parallelismCount: active.get(id) ?? 0,
        rateMax: window.rate ?? NO_LIMIT,
        rateCount: room.rateCount,
        periodMs: window.periodMs,
        periodStart: begun ? room.periodStart : 0,
        paused: flag(row.paused),
        pinnedParallelism: flag(row.parallelism_pinned),
        pinnedRate: flag(row.rate_pinned),
      };
    });
  }

  /**
   * Counts the messages in the keys' lanes and those that also wait in a queue, up to a bound each. Only the
   * first messages of the queues are read, because no index leads to those of a key.
   */
  async function countWaiting(ids: readonly number[]): Promise<Map<number, number>> {
    const table = tables.outbox.quoted;
    const one = `select ? as id, (select count(*) from (
        select 1 as one from ${table} where lane = ? and admitted = 0 limit ?) as few) as messages`;
    const own = await ctx.query<unknown>((knex) =>
      knex.raw(
        ids.map(() => one).join(' union all '),
        ids.flatMap((id) => [id, gateLane('flow-key', id), COUNTED_UP_TO])
      )
    );
    const inQueues = await ctx.query<Row[]>((knex) =>
      knex
        .select({ id: 'flow_key_id' })
        .count({ messages: '*' })
        .from(
          knex(tables.outbox.name)
            .select('flow_key_id')
            .where('lane', '>', QUEUE_LANES.above)
            .andWhere('lane', '<', QUEUE_LANES.below)
            .andWhere({ admitted: 0 })
            .limit(COUNTED_UP_TO)
            .as('queued')
        )
        .whereIn('flow_key_id', [...ids])
        .groupBy('flow_key_id')
    );
    const rows = [...rowsOf(own), ...inQueues];
    const counts = new Map<number, number>();
    for (const row of rows) {
      const id = integer(row.id);
      counts.set(id, Math.min(COUNTED_UP_TO, (counts.get(id) ?? 0) + integer(row.messages)));
    }
    return counts;
  }

  async function countSending(ids: readonly number[], now: number): Promise<Map<number, number>> {
    const rows = await ctx.query<Row[]>((knex) => beingSent(knex(tables.outbox.name), ids, now));
    return new Map(rows.map((row) => [integer(row.flow_key_id), integer(row.messages)]));
  }

  return {
    async listFlowKeys(now, search) {
      const rows = await ctx.query<Row[]>((knex) => {
        const query = knex(tables.flowKey.name).orderBy('name');
        return search ? query.whereRaw(...contains('name', search)) : query;
      });
      return view(rows, now);
    },

    async pageFlowKeys({ now, search, before, limit }) {
      const rows = await ctx.query<Row[]>((knex) => {
        const query = knex(tables.flowKey.name).orderBy('id', 'desc').limit(limit);
        if (before !== undefined) void query.where('id', '<', before);
        return search ? query.whereRaw(...contains('name', search)) : query;
      });
      return view(rows, now);
    },

    async findFlowKey(key, now) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(tables.flowKey.name).where({ digest: keyDigest(key) })
      );
      return (await view(rows, now))[0] ?? null;
    },

    async changeFlowKey(key, change) {
      const columns = columnsOf(change);
      const changed = await ctx.query<Row[]>((knex) =>
        knex(tables.flowKey.name)
          .select('id')
          .where({ digest: keyDigest(key) })
      );
      if (changed.length === 0) return false;
      if (Object.keys(columns).length > 0) {
        await ctx.query((knex) =>
          knex(tables.flowKey.name)
            .where({ digest: keyDigest(key) })
            .update(columns)
        );
      }
      onGated();
      return true;
    },

    async ensureFlowKey(key) {
      await ctx.transaction((trx) => bringFlowKeys(ctx, trx, [{ key }]));
    },

    async countActive() {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(tables.outbox.name).count({ messages: '*' }).whereNotNull('lease_token')
      );
      return integer(row?.messages);
    },
  };
}

function columnsOf(change: FlowKeyChange) {
  const { paused, parallelism, rate, periodMs, pinnedParallelism, pinnedRate } = change;
  return {
    ...(paused !== undefined && { paused }),
    ...(parallelism !== undefined && { parallelism }),
    ...(rate !== undefined && { rate }),
    ...(periodMs !== undefined && { period_ms: periodMs }),
    ...(pinnedParallelism !== undefined && { parallelism_pinned: pinnedParallelism }),
    ...(pinnedRate !== undefined && { rate_pinned: pinnedRate }),
    ...(change.restartAt !== undefined && { rate_count: 0, period_start: change.restartAt }),
  };
}
