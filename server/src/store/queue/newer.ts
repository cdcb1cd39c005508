/**
 * Messages that a newer one about the same version of a document follows, for an endpoint in mode
 * `latest`. They are not replayed: the receiver would have the older state after the newer one.
 */
import type { Knex } from 'knex';

import { batchKindIn } from '../../core/gates/delivery-mode';
import type { StoreContext } from '../sql/context';
import { integer, text, textOrNull, type Row } from '../sql/rows';

const isOrdered = (key: string | null): boolean => key !== null && batchKindIn(key) === null;

/**
 * @param rows with `id`, `order_key` and `entry_document_id`.
 * @returns those that no newer message follows, other than canceled ones.
 */
export async function withoutNewer(
  ctx: StoreContext,
  trx: Knex.Transaction,
  rows: readonly Row[]
): Promise<Row[]> {
  const ordered = rows.filter((row) => isOrdered(textOrNull(row.order_key)));
  if (ordered.length === 0) return [...rows];
  const distinct = (column: string) => [...new Set(ordered.map((row) => text(row[column])))];
  const newest: Row[] = await trx(ctx.tables.message.name)
    .select('order_key')
    .max({ id: 'id' })
    .whereIn('entry_document_id', distinct('entry_document_id'))
    .whereIn('order_key', distinct('order_key'))
    .whereNot({ state: 'canceled' })
    .groupBy('order_key');
  const last = new Map(newest.map((row) => [text(row.order_key), integer(row.id)]));
  return rows.filter((row) => (last.get(textOrNull(row.order_key) ?? '') ?? 0) <= integer(row.id));
}
