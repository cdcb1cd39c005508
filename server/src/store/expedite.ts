/**
 * expedite: "send now".
 *
 * Changes   pending messages that are not due yet become due now. Their retries stay counted.
 */
import { inBatches } from './batches';
import type { StoreContext } from './context';
import type { QueueStore } from './types';

export function createExpedite(ctx: StoreContext): QueueStore['expedite'] {
  return (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, (batch) =>
        ctx.dialect
          .byId(trx, ctx.tables.message)
          .whereIn('id', batch)
          .andWhere({ state: 'pending' })
          .andWhere('due_at', '>', now)
          .update({ due_at: now, not_before: now })
      )
    );
}
