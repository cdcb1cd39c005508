/**
 * cancel: stops undelivered messages.
 *
 * Changes   pending and active → canceled, out of the queue. An active message is being sent and cannot
 *           be recalled: it keeps its lease token, so that its attempt is still recorded
 *           (`settle.ts`), but it is not retried.
 */
import type { Knex } from 'knex';

import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import type { QueueStore } from '../types';

export const UNFINISHED = ['pending', 'active'];

export function createCancel(ctx: StoreContext): QueueStore['cancel'] {
  return (ids, now) =>
    ctx.transaction((trx) =>
      inBatches(ids, (batch) =>
        cancelWhere(ctx.dialect.byId(trx, ctx.tables.message).whereIn('id', batch), now)
      )
    );
}

/** Cancels the unfinished messages of a selection. */
export function cancelWhere(messages: Knex.QueryBuilder, now: number): Promise<number> {
  return messages
    .whereIn('state', UNFINISHED)
    .update({ state: 'canceled', due_at: null, lane: null, finished_at: now })
    .then((count: unknown) => Number(count));
}
