/**
 * deleteFinished: removes finished messages, their attempts, and events left without a message.
 *
 * Never     an unfinished message: the state is checked again under the lock.
 * Locks     by primary key only, attempts included: MySQL also locks the gaps beside rows that it
 *           deletes through another index, and settlements of neighbors would wait.
 */
import type { Knex } from 'knex';

import { FINISHED_STATES } from '../../core/message/message';
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import { integer, type Row } from '../sql/rows';
import type { QueueStore } from '../types';

export function createDeleteFinished(ctx: StoreContext): QueueStore['deleteFinished'] {
  return (ids) =>
    ctx.transaction((trx) => inBatches(ids, (batch) => removeFinished(ctx, trx, batch, 'wait')));
}

/**
 * @param held for messages locked by another transaction: wait for it, or leave them for later.
 * @returns the number removed.
 */
export async function removeFinished(
  ctx: StoreContext,
  trx: Knex.Transaction,
  ids: readonly number[],
  held: 'wait' | 'skip'
): Promise<number> {
  const { dialect, tables } = ctx;
  const query = dialect
    .byId(trx, tables.message)
    .select('id', 'event_id')
    .whereIn('id', [...ids])
    .whereIn('state', [...FINISHED_STATES])
    .orderBy('id');
  const finished = (await dialect.lock(query, held)) as Row[];
  if (finished.length === 0) return 0;
  const messageIds = finished.map((row) => integer(row.id));

  const attempts = (await trx(tables.attempt.name)
    .select('id')
    .whereIn('message_row_id', messageIds)) as Row[];
  await inBatches(
    attempts.map((row) => integer(row.id)),
    (batch) => dialect.deleteById(trx, tables.attempt, batch)
  );
  await dialect.deleteById(trx, tables.undelivered, messageIds);
  await dialect.deleteById(trx, tables.message, messageIds);
  await removeOrphans(
    ctx,
    trx,
    finished.map((row) => integer(row.event_id))
  );
  return messageIds.length;
}

/** Removes the events among these that no message refers to. */
export async function removeOrphans(
  { dialect, tables }: StoreContext,
  trx: Knex.Transaction,
  eventIds: readonly number[]
): Promise<void> {
  const free = await unheld(eventIds);
  const used = (await trx(tables.message.name)
    .distinct('event_id')
    .whereIn('event_id', free)) as Row[];
  const inUse = new Set(used.map((row) => integer(row.event_id)));
  await inBatches(
    free.filter((id) => !inUse.has(id)),
    (batch) => dialect.deleteById(trx, tables.event, batch)
  );

  /** Without those that a job makes messages of at this moment. */
  async function unheld(ids: readonly number[]): Promise<number[]> {
    const query = dialect
      .byId(trx, tables.event)
      .select('id')
      .whereIn('id', [...ids]);
    const rows = (await dialect.lock(query.orderBy('id'), 'skip')) as Row[];
    return rows.map((row) => integer(row.id));
  }
}
