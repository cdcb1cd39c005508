/**
 * Cancels messages that another one replaces, and names it.
 *
 * Fenced    by the caller, who holds the lock of their endpoint: nobody else leases them.
 */
import type { Knex } from 'knex';

import type { StoreContext } from '../sql/context';
import type { Columns } from '../sql/tables';
import { cancelIn } from './cancel';

const COLUMNS = { row_id: 'bigint', superseded_by: 'text' } as const satisfies Columns;

/** @param superseded row id → id (`msg_…`) of the message that replaces it. */
export async function supersede(
  ctx: StoreContext,
  trx: Knex.Transaction,
  superseded: ReadonlyMap<number, string>,
  now: number
): Promise<void> {
  if (superseded.size === 0) return;
  const { dialect, tables } = ctx;
  await cancelIn(ctx, trx, [...superseded.keys()], now);
  const rows = dialect.rowset(
    COLUMNS,
    [...superseded].map(([id, by]) => ({ row_id: id, superseded_by: by }))
  );
  const update = dialect.updateFrom(tables.message, rows, { superseded_by: 's.superseded_by' });
  await trx.raw(update.sql, update.bindings);
}
