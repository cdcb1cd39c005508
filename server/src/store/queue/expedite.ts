/**
 * expedite: "send now".
 *
 * Changes   pending messages that are not due become due now. Their retries stay counted, and messages
 *           of a queue or flow-control key still wait for their turn.
 */
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import { PARKED } from '../gates/gate-place';
import type { QueueStore } from '../types';

export function createExpedite(ctx: StoreContext): QueueStore['expedite'] {
  return (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, (batch) =>
        ctx.dialect
          .byId(trx, ctx.tables.message)
          .whereIn('id', batch)
          .andWhere({ state: 'pending' })
          .andWhere('not_before', '>', now)
          .update({ due_at: trx.raw(dueNow(now)), not_before: now })
      )
    );
}

/** A place in a queue is not a time. */
const dueNow = (now: number): string => `case
  when queue_name is not null then due_at
  when flow_control_key is not null then ${PARKED + now}
  else ${now} end`;
