/**
 * cancel: stops undelivered messages.
 *
 * Changes   pending and active → canceled, out of the outbox. An active message is being sent and cannot
 *           be recalled: its lease token is kept, so that its attempt is still recorded
 *           (`settle-canceled.ts`), but it is not retried.
 */
import type { Knex } from 'knex';

import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import { insertRows } from './insert-rows';
import { lockInOutbox } from './outbox';
import { integer, integerOrNull, textOrNull, type Row } from '../sql/rows';
import { UNDELIVERED_COLUMNS, WAITING_INDEX } from '../sql/tables';
import type { DeletionStore } from '../routing/deletion-types';
import type { QueueStore } from '../types';

/** Messages canceled in one transaction: short enough that deliveries beside it do not wait. */
const BATCH = 500;

/** Cancels those of these messages that are in the outbox. @returns the number. */
export async function cancelIn(
  ctx: StoreContext,
  trx: Knex.Transaction,
  ids: readonly number[],
  now: number
): Promise<number> {
  const { dialect, tables } = ctx;
  const open = await lockInOutbox(ctx, trx, ids, ['endpoint_id', 'lease_token']);
  if (open.length === 0) return 0;
  const found = open.map((row) => integer(row.id));
  await dialect.deleteById(trx, tables.outbox, found);
  await dialect
    .byId(trx, tables.message)
    .whereIn('id', found)
    .update({ state: 'canceled', finished_at: now });
  await insertRows(
    ctx,
    trx,
    { table: tables.undelivered, columns: UNDELIVERED_COLUMNS },
    open.map((row) => ({
      id: integer(row.id),
      state: 'canceled',
      endpoint_id: integerOrNull(row.endpoint_id),
      ended_at: now,
      lease_token: textOrNull(row.lease_token),
    }))
  );
  return found.length;
}

export function createCancel(
  ctx: StoreContext
): Pick<QueueStore, 'cancel'> & Pick<DeletionStore, 'cancelOf'> {
  const cancel: QueueStore['cancel'] = (ids, now) =>
    ctx.transaction((trx) => inBatches(ids, (batch) => cancelIn(ctx, trx, batch, now)));

  async function batchOf(
    endpointId: number,
    range: { after: number; upTo: number | undefined; includeActive: boolean }
  ): Promise<number[]> {
    const rows = await ctx.query<Row[]>((knex) => {
      const query = ctx.dialect
        .byIndex(knex, ctx.tables.outbox, WAITING_INDEX)
        .select('id')
        .where({ endpoint_id: endpointId })
        .where('id', '>', range.after);
      if (range.upTo !== undefined) query.where('id', '<=', range.upTo);
      if (!range.includeActive) query.whereNull('lease_token');
      return query.orderBy('id').limit(BATCH);
    });
    return rows.map((row) => integer(row.id));
  }

  return {
    cancel,

    async cancelOf(endpointId, { now, includeActive, upTo, isStopped = () => false }) {
      let canceled = 0;
      let after = 0;
      while (!isStopped()) {
        const ids = await batchOf(endpointId, { after, upTo, includeActive });
        const last = ids.at(-1);
        if (last === undefined) break;
        canceled += await cancel(ids, now);
        after = last;
      }
      return canceled;
    },
  };
}
