/**
 * Locks flow-control keys while messages are let through, counts them, and writes the counts back.
 *
 * A key that another node has locked, or that is paused, has no room.
 */
import type { Knex } from 'knex';

import { closedUntil, roomOf, type FlowWindow, type Room } from '../../core/gates/flow-window';
import type { StoreContext } from '../sql/context';
import { DEFAULT_PERIOD_MS } from './gates';
import type { Lease } from '../queue/lease';
import { flag, integer, integerOrNull, type Row } from '../sql/rows';

type Look = Pick<Lease, 'now' | 'onClosed'>;

/** Keys locked by one transaction. */
interface OpenKeys {
  roomOf(keyId: number): number;
  /** Takes one place of the key's room, if there is any. A message without a key needs none. */
  admits(keyId: number | null): boolean;
  /** Adds the messages that were let through, given by their keys. */
  close(keyIds: readonly (number | null)[]): Promise<void>;
}

export function createKeyRooms(ctx: StoreContext) {
  const { dialect, tables } = ctx;

  /** Messages of each key in flight; expired leases do not count. */
  async function activeOf(trx: Knex, keyIds: readonly number[], now: number) {
    const rows = (await beingSent(trx(tables.outbox.name), keyIds, now)) as Row[];
    return new Map(rows.map((row) => [integer(row.flow_key_id), integer(row.messages)]));
  }

  return {
    /** Locks the keys, in order of their ids, until the end of the transaction. */
    async open(trx: Knex.Transaction, keyIds: readonly number[], look: Look): Promise<OpenKeys> {
      const { now } = look;
      const open = new Map<number, Room>();
      if (keyIds.length > 0) {
        const query = trx(tables.flowKey.name)
          .whereIn('id', [...keyIds])
          .orderBy('id');
        const rows = ((await dialect.lock(query, 'skip')) as Row[]).filter(
          (row) => !flag(row.paused)
        );
        const active =
          rows.length === 0 ? new Map<number, number>() : await activeOf(trx, keyIds, now);
        for (const row of rows) {
          const id = integer(row.id);
          reportClosed(row, look);
          open.set(id, roomOf(windowOf(row), active.get(id) ?? 0, now));
        }
      }
      const left = new Map([...open].map(([id, room]) => [id, room.messages]));

      return {
        roomOf: (keyId) => left.get(keyId) ?? 0,

        admits(keyId) {
          if (keyId === null) return true;
          const room = left.get(keyId) ?? 0;
          left.set(keyId, room - 1);
          return room >= 1;
        },

        async close(ids) {
          const passed = new Map<number, number>();
          for (const id of ids) if (id !== null) passed.set(id, (passed.get(id) ?? 0) + 1);
          for (const [id, count] of passed) {
            const room = open.get(id);
            if (room === undefined) continue;
            await trx(tables.flowKey.name)
              .where({ id })
              .update({ rate_count: room.rateCount + count, period_start: room.periodStart });
          }
        },
      };
    },

    /**
     * Keys that certainly have no room, read without locking: paused, or used up for the period.
     */
    async closed(keyIds: readonly number[], look: Look): Promise<Set<number>> {
      if (keyIds.length === 0) return new Set();
      const rows = await ctx.query<Row[]>((knex) =>
        knex(tables.flowKey.name).whereIn('id', [...keyIds])
      );
      const running = rows.filter((row) => !flag(row.paused));
      for (const row of running) reportClosed(row, look);
      const open = new Set(
        running.filter((row) => roomOf(windowOf(row), 0, look.now).messages > 0)
      );
      return new Set(rows.filter((row) => !open.has(row)).map((row) => integer(row.id)));
    },
  };
}

function reportClosed(row: Row, { now, onClosed }: Look): void {
  const until = closedUntil(windowOf(row), now);
  if (until !== null) onClosed?.(until);
}

/** Counts the messages of each key in flight. */
export const beingSent = (
  outbox: Knex.QueryBuilder,
  keyIds: readonly number[],
  now: number
): Knex.QueryBuilder =>
  outbox
    .select('flow_key_id')
    .count({ messages: '*' })
    .whereIn('flow_key_id', [...keyIds])
    .andWhereRaw('admitted = 1')
    .andWhere('leased_until', '>', now)
    .groupBy('flow_key_id');

export const windowOf = (row: Row): FlowWindow => ({
  parallelism: integerOrNull(row.parallelism),
  rate: integerOrNull(row.rate),
  periodMs: integerOrNull(row.period_ms) ?? DEFAULT_PERIOD_MS,
  rateCount: integer(row.rate_count),
  periodStart: integer(row.period_start),
});
