/**
 * expedite: "send now".
 *
 * Changes   messages that are neither due nor being sent become due now. Their retries stay counted, and
 *           messages of a queue or flow-control key still wait for their turn.
 */
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import { gateOf } from '../gates/gate-place';
import { lockInOutbox } from './outbox';
import { integer, text, type Row } from '../sql/rows';
import type { QueueStore } from '../types';

/** Waits to become one message with others, which its part in them ends. */
const isBatched = (row: Row): boolean => gateOf(text(row.lane))?.gate === 'batch';

export function createExpedite(ctx: StoreContext): QueueStore['expedite'] {
  return (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, async (batch) => {
        const { dialect, tables } = ctx;
        const columns = ['lane', 'due_at', 'leased_until'];
        const early = (await lockInOutbox(ctx, trx, batch, columns)).filter(
          (row) => integer(row.leased_until) <= now && (integer(row.due_at) > now || isBatched(row))
        );
        const batched = early.filter(isBatched);
        const queued = early.filter((row) => gateOf(text(row.lane))?.gate === 'queue');
        const idsOf = (rows: typeof early) => rows.map((row) => integer(row.id));
        await dialect.byId(trx, tables.outbox).whereIn('id', idsOf(early)).update({ due_at: now });
        await dialect.byId(trx, tables.outbox).whereIn('id', idsOf(batched)).update({ started: 1 });
        // In a queue the place is not a time.
        await dialect
          .byId(trx, tables.outbox)
          .whereIn('id', idsOf(early.filter((row) => !queued.includes(row) && !isBatched(row))))
          .update({ place: now });
        await dialect
          .byId(trx, tables.message)
          .whereIn('id', idsOf(early))
          .update({ not_before: now });
        return early.length;
      })
    );
}
