/**
 * replay: finished messages go out again, as the same message.
 *
 * Changes   dead, canceled, delivered → pending, due now, retried 0, back in its lane. Id, bytes and
 *           recorded attempts stay; a receiver that has had it sees the same `webhook-id`.
 * Fence     the lease token goes: an attempt that was under way when it was canceled cannot settle it.
 */
import { FINISHED_STATES } from '../core/message';
import { inBatches } from './batches';
import type { StoreContext } from './context';
import { laneOf } from './lane';
import { integer, integerOrNull, text, type Row } from './rows';
import type { QueueStore } from './types';

const COLUMNS = { row_id: 'integer', lane: 'text', due_at: 'bigint' } as const;

const ASSIGNMENTS = {
  state: `'pending'`,
  due_at: 's.due_at',
  not_before: 's.due_at',
  lane: 's.lane',
  retried: '0',
  lease_token: 'null',
  finished_at: 'null',
  dlq_id: 'null',
};

export function createReplay(ctx: StoreContext): QueueStore['replay'] {
  return (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, async (batch) => {
        const { dialect, tables } = ctx;
        const query = dialect
          .byId(trx, tables.message)
          .select('id', 'endpoint_id', 'url')
          .whereIn('id', batch)
          .whereIn('state', [...FINISHED_STATES])
          .orderBy('id');
        const finished = (await dialect.lock(query, 'wait')) as Row[];
        if (finished.length === 0) return 0;
        const rows = finished.map((row) => ({
          row_id: integer(row.id),
          lane: laneOf(integerOrNull(row.endpoint_id), text(row.url)),
          due_at: now,
        }));
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
