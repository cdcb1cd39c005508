/**
 * Leasing on SQLite and MySQL: candidates are read without locks, taken by primary key, then read
 * with their events.
 *
 * MySQL: a locking read of the due index would also lock the gaps between its entries (the default
 * isolation is repeatable read), and every content write that inserts a message would wait for the
 * claim. Locks by primary key have no gaps. SKIP LOCKED skips rows that another process is taking.
 *
 * SQLite: one writer at a time. The first statement that takes a lock is the UPDATE itself, because
 * a transaction that began with a SELECT could not become a writer beside another process.
 */
import type { Knex } from 'knex';

import { CLAIM_COLUMNS, claimEventColumns } from './claimed-rows';
import type { StoreContext } from '../sql/context';
import { choose } from './lane-budget';
import { dueBy, leasedUntil, takenOf, type Lease, type Leases } from './lease';
import { integer, rowsOf, text, type Row } from '../sql/rows';
import { DUE_INDEX } from '../sql/tables';

export function createPortableLeases(ctx: StoreContext): Leases {
  const { dialect } = ctx;

  function update(knex: Knex, ids: readonly number[], lease: Lease): Knex.QueryBuilder {
    return dialect
      .byId(knex, ctx.tables.message)
      .whereIn('id', [...ids])
      .andWhere('due_at', '<=', dueBy(lease))
      .update({
        state: 'active',
        lease_token: lease.token,
        due_at: leasedUntil(lease),
      });
  }

  /** @returns the leased ids. */
  async function take(ids: readonly number[], lease: Lease): Promise<number[]> {
    if (dialect.returning) {
      const rows = await ctx.query<Row[]>((knex) => update(knex, ids, lease).returning('id'));
      return rows.map((row) => integer(row.id));
    }
    return ctx.transaction(async (trx) => {
      const due = dialect
        .byId(trx, ctx.tables.message)
        .select('id')
        .whereIn('id', [...ids])
        .andWhere('due_at', '<=', dueBy(lease));
      const locked = ((await dialect.lock(due, 'skip')) as Row[]).map((row) => integer(row.id));
      if (locked.length > 0) await update(trx, locked, lease);
      return locked;
    });
  }

  async function read(ids: readonly number[], lease: Lease): Promise<Row[]> {
    const { message, event } = ctx.tables;
    const columns = CLAIM_COLUMNS.map((name) => `m.${name}`).join(', ');
    const sql = `select ${columns}, ${claimEventColumns('m', 'e')}
      from ${message.quoted} m left join ${event.quoted} e on e.id = m.event_id
      where m.id in (${ids.map(() => '?').join(', ')}) and m.lease_token = ?`;
    return rowsOf(await ctx.query((knex) => knex.raw(sql, [...ids, lease.token])));
  }

  const these: Leases['these'] = async (lease, ids) => {
    if (ids.length === 0) return { rows: [], lost: [] };
    const ours = await take(ids, lease);
    return takenOf(ids, ours.length === 0 ? [] : await read(ours, lease));
  };

  return {
    these,

    async head(lease, { limit, budget, except, window }) {
      const seen = await ctx.query<Row[]>((knex) =>
        dialect
          .byIndex(knex, ctx.tables.message, DUE_INDEX)
          .select('id', 'lane')
          .where('due_at', '<=', lease.now)
          .orderBy([{ column: 'due_at' }, { column: 'id' }])
          .limit(window + except.size)
      );
      const candidates = seen
        .map((row) => ({ id: integer(row.id), lane: text(row.lane) }))
        .filter(({ id }) => !except.has(id));
      const taken = await these(lease, choose(candidates, limit, budget));
      return { ...taken, clogged: candidates.length >= window };
    },
  };
}
