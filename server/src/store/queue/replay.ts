/**
 * replay: sends finished messages again, as the same messages.
 *
 * Changes   dead, canceled, delivered → pending, due now, retried 0, back in the outbox; in a queue, at
 *           the old place, ahead of all that came later. Id, bytes and attempts stay: a receiver
 *           that has had the message sees the same `webhook-id`.
 * Skips     messages that a newer one follows, for an endpoint in mode `latest` (`newer.ts`).
 * Fence     the new outbox row has no lease token: an attempt of a canceled message cannot settle it any
 *           more.
 */
import { FINISHED_STATES } from '../../core/message/message';
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import { WAITING_COLUMNS, waitingAgain } from '../gates/gates';
import { withoutNewer } from './newer';
import { putInOutbox, type Waiting } from './outbox';
import { integer, type Row } from '../sql/rows';
import type { QueueStore } from '../types';

export function createReplay(ctx: StoreContext, onGated: () => void): QueueStore['replay'] {
  return (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, async (batch) => {
        const { dialect, tables } = ctx;
        const query = dialect
          .byId(trx, tables.message)
          .select('id', 'entry_document_id', ...WAITING_COLUMNS)
          .whereIn('id', batch)
          .whereIn('state', [...FINISHED_STATES])
          .orderBy('id');
        const locked = (await dialect.lock(query, 'wait')) as Row[];
        const finished = await withoutNewer(ctx, trx, locked);
        if (finished.length === 0) return 0;
        const again: Waiting[] = [];
        for (const row of finished) {
          const waiting = await waitingAgain(ctx, trx, row, now);
          again.push({ ...waiting, id: integer(row.id) });
        }
        await ctx.afterCommit(onGated);
        const found = again.map(({ id }) => id);
        await dialect.deleteById(trx, tables.undelivered, found);
        await dialect.byId(trx, tables.message).whereIn('id', found).update({
          state: 'pending',
          not_before: now,
          retried: 0,
          finished_at: null,
          dlq_id: null,
          superseded_by: null,
        });
        await putInOutbox(ctx, trx, again);
        return found.length;
      })
    );
}
