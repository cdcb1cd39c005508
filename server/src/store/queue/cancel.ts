/**
 * cancel: stops undelivered messages.
 *
 * Changes   pending and active → canceled, out of the queue. An active message is being sent and cannot
 *           be recalled: it keeps its lease token, so that its attempt is still recorded
 *           (`settle.ts`), but it is not retried.
 */
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import { integer, type Row } from '../sql/rows';
import { ENDPOINT_INDEX } from '../sql/tables';
import type { DeletionStore } from '../routing/deletion-types';
import type { QueueStore } from '../types';

export const UNFINISHED = ['pending', 'active'] as const;

/** Messages canceled in one transaction: short enough that deliveries beside it do not wait. */
const BATCH = 500;

export function createCancel(
  ctx: StoreContext
): Pick<QueueStore, 'cancel'> & Pick<DeletionStore, 'cancelOf'> {
  const cancel: QueueStore['cancel'] = (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, (batch) =>
        ctx.dialect
          .byId(trx, ctx.tables.message)
          .whereIn('id', batch)
          .whereIn('state', [...UNFINISHED])
          .update({ state: 'canceled', due_at: null, lane: null, finished_at: now })
          .then(Number)
      )
    );

  async function batchOf(
    endpointId: number,
    state: string,
    range: { after: number; upTo: number | undefined }
  ): Promise<number[]> {
    const rows = await ctx.query<Row[]>((knex) => {
      const query = ctx.dialect
        .byIndex(knex, ctx.tables.message, ENDPOINT_INDEX)
        .select('id')
        .where({ endpoint_id: endpointId, state })
        .where('id', '>', range.after);
      if (range.upTo !== undefined) query.where('id', '<=', range.upTo);
      return query.orderBy('id').limit(BATCH);
    });
    return rows.map((row) => integer(row.id));
  }

  return {
    cancel,

    async cancelOf(endpointId, states, { now, upTo, isStopped = () => false }) {
      let canceled = 0;
      for (const state of states) {
        let after = 0;
        while (!isStopped()) {
          const ids = await batchOf(endpointId, state, { after, upTo });
          const last = ids.at(-1);
          if (last === undefined) break;
          canceled += await cancel(ids, now);
          after = last;
        }
      }
      return canceled;
    },
  };
}
