/**
 * Leasing on SQLite: one transaction on the driver, a few prepared statements for each message. It has
 * the only write lock, so nothing that was chosen is lost to another process.
 */
import { CLAIM_COLUMNS, claimEventColumns } from './claimed-rows';
import type { StoreContext } from '../sql/context';
import { choose } from './lane-budget';
import { dueBy, leasedUntil, takenOf, type Lease, type Leases } from './lease';
import { unleased } from './outbox';
import { integer, text, type Row } from '../sql/rows';
import type { Handle } from '../sql/sqlite-handle';
import type { Tables } from '../sql/tables';

/** Leases those of these messages that are due and not leased. @returns them, with their events. */
export function takeOnHandle(
  { outbox, message, event }: Tables,
  handle: Handle,
  { ids, lease }: { ids: readonly number[]; lease: Lease }
): Row[] {
  if (ids.length === 0) return [];
  const admitted = lease.gated ? ', admitted = 1' : '';
  const update = handle.prepare(
    `update ${outbox.quoted} set lease_token = ?, leased_until = ?${admitted}
       where id = ? and due_at <= ? and ${unleased()}`
  );
  const read = handle.prepareWide(
    `select o.lane, ${CLAIM_COLUMNS.map((name) => `m.${name}`).join(', ')}, ${claimEventColumns('m', 'e')}
       from ${message.quoted} m join ${outbox.quoted} o on o.id = m.id
         left join ${event.quoted} e on e.id = m.event_id
       where m.id = ?`
  );
  const rows: Row[] = [];
  for (const id of ids) {
    const fence = [lease.token, leasedUntil(lease)] as const;
    if (update.run(...fence, id, dueBy(lease), lease.now).changes === 0) continue;
    const row = read.get(id);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

export function createSqliteLeases(ctx: StoreContext): Leases {
  const take = (handle: Handle, ids: readonly number[], lease: Lease): Row[] =>
    takeOnHandle(ctx.tables, handle, { ids, lease });

  return {
    head: (lease, { limit, budget, except, window }) =>
      ctx.onHandle((handle) => {
        const seen = handle
          .prepare(
            `select id, lane from ${ctx.tables.outbox.quoted}
             where gated = 0 and due_at <= ? and ${unleased()} order by due_at, id limit ?`
          )
          .all(lease.now, lease.now, window);
        const candidates = seen
          .map((row) => ({ id: integer(row.id), lane: text(row.lane) }))
          .filter(({ id }) => !except.has(id));
        const chosen = choose(candidates, limit, budget);
        const taken = takenOf(chosen, take(handle, chosen, lease));
        return { ...taken, clogged: seen.length >= window };
      }),

    these: (lease, ids) =>
      ids.length === 0
        ? Promise.resolve({ rows: [], lost: [] })
        : ctx.onHandle((handle) => takenOf(ids, take(handle, ids, lease))),
  };
}
