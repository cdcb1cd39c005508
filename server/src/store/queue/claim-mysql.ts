/**
 * Leasing on MySQL: candidates are read without locks, taken by primary key, then read with their
 * events.
 *
 * A locking read of the due index would also lock the gaps between its entries (the default
 * isolation is repeatable read), and every content write that inserts a message would wait for the
 * claim. Locks by primary key have no gaps. SKIP LOCKED skips rows that another process is taking.
 */
import { CLAIM_COLUMNS, claimEventColumns } from './claimed-rows';
import type { StoreContext } from '../sql/context';
import { choose } from './lane-budget';
import { dueBy, leasedUntil, takenOf, type Lease, type Leases } from './lease';
import { unleased } from './outbox';
import { integer, rowsOf, text, type Row } from '../sql/rows';
import { DUE_INDEX } from '../sql/tables';

export function createMysqlLeases(ctx: StoreContext): Leases {
  const { dialect } = ctx;

  /** @returns the leased ids. */
  const take = (ids: readonly number[], lease: Lease): Promise<number[]> =>
    ctx.transaction(async (trx) => {
      const due = dialect
        .byId(trx, ctx.tables.outbox)
        .select('id')
        .whereIn('id', [...ids])
        .andWhere('due_at', '<=', dueBy(lease))
        .andWhereRaw(unleased(), [lease.now]);
      const locked = ((await dialect.lock(due, 'skip')) as Row[]).map((row) => integer(row.id));
      if (locked.length > 0) {
        await dialect
          .byId(trx, ctx.tables.outbox)
          .whereIn('id', locked)
          .update({
            lease_token: lease.token,
            leased_until: leasedUntil(lease),
            ...(lease.gated && { admitted: 1 }),
          });
      }
      return locked;
    });

  async function read(ids: readonly number[], lease: Lease): Promise<Row[]> {
    const { outbox, message, event } = ctx.tables;
    const columns = CLAIM_COLUMNS.map((name) => `m.${name}`).join(', ');
    const sql = `select o.lane, ${columns}, ${claimEventColumns('m', 'e')}
      from ${outbox.quoted} o force index (primary) straight_join ${message.quoted} m on m.id = o.id
        left join ${event.quoted} e on e.id = m.event_id
      where o.id in (${ids.map(() => '?').join(', ')}) and o.lease_token = ?`;
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
          .byIndex(knex, ctx.tables.outbox, DUE_INDEX)
          .select('id', 'lane')
          .where({ gated: 0 })
          .andWhere('due_at', '<=', lease.now)
          .andWhereRaw(unleased(), [lease.now])
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
