/**
 * replay: sends finished messages again, as the same messages.
 *
 * Changes   dead, canceled, delivered → pending, due now, retried 0, back in the lane; in a queue, at
 *           the old place, ahead of all that came later. Id, bytes and attempts stay: a receiver
 *           that has had the message sees the same `webhook-id`.
 * Fence     clears the lease token: an attempt of a canceled message cannot settle it any more.
 */
import { FINISHED_STATES } from '../../core/message/message';
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import type { Values } from '../sql/dialect';
import { placeAgain } from '../gates/gates';
import { laneOf } from './lane';
import { integer, integerOrNull, text, type Row } from '../sql/rows';
import type { QueueStore } from '../types';

const COLUMNS = {
  row_id: 'integer',
  lane: 'text',
  due_at: 'bigint',
  not_before: 'bigint',
} as const;

const ASSIGNMENTS = {
  state: `'pending'`,
  due_at: 's.due_at',
  not_before: 's.not_before',
  lane: 's.lane',
  retried: '0',
  lease_token: 'null',
  finished_at: 'null',
  dlq_id: 'null',
};

export function createReplay(ctx: StoreContext, onGated: () => void): QueueStore['replay'] {
  return (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, async (batch) => {
        const { dialect, tables } = ctx;
        const query = dialect
          .byId(trx, tables.message)
          .select('id', 'endpoint_id', 'url')
          .select('queue_name', 'queue_position', 'flow_control_key', 'flow_key_id')
          .whereIn('id', batch)
          .whereIn('state', [...FINISHED_STATES])
          .orderBy('id');
        const finished = (await dialect.lock(query, 'wait')) as Row[];
        if (finished.length === 0) return 0;
        const rows: Values[] = [];
        for (const row of finished) {
          const place = await placeAgain(ctx, trx, row, now);
          rows.push({
            row_id: integer(row.id),
            lane: place?.lane ?? laneOf(integerOrNull(row.endpoint_id), text(row.url)),
            due_at: place?.dueAt ?? now,
            not_before: now,
          });
        }
        await ctx.afterCommit(onGated);
        const { sql, bindings } = dialect.updateFrom(
          tables.message,
          dialect.rowset(COLUMNS, rows),
          ASSIGNMENTS
        );
        await trx.raw(sql, bindings);
        return finished.length;
      })
    );
}
