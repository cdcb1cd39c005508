/**
 * purge: one small batch of retention.
 *
 * Removes   finished messages past their cut-off with their attempts and events; events that never
 *           had a message, at the same age; expired deduplication keys.
 * Never     an unfinished message, however old.
 * Selects   dead and canceled messages by the time they ended; delivered ones by walking the log from
 *           its start, a part each time.
 */
import type { StoreContext } from '../sql/context';
import { removeFinished, removeOrphans } from './delete-finished';
import { createDeliveredWalk } from './delivered-walk';
import { integer, type Row } from '../sql/rows';
import type { QueueStore } from '../types';

export function createPurge(ctx: StoreContext): QueueStore['purge'] {
  /** Where the search for events without a message continues; it restarts at the end. */
  let sweptTo = 0;
  const delivered = createDeliveredWalk(ctx);

  async function expiredIds(state: string, before: number, limit: number): Promise<number[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.undelivered.name)
        .select('id')
        .where({ state })
        .andWhere('ended_at', '<', before)
        .orderBy([{ column: 'ended_at' }, { column: 'id' }])
        .limit(limit)
    );
    return rows.map((row) => integer(row.id));
  }

  async function sweepEvents(before: number, limit: number): Promise<void> {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.event.name)
        .select('id', 'occurred_at')
        .where('id', '>', sweptTo)
        .orderBy('id')
        .limit(limit)
    );
    const old = rows
      .filter((row) => integer(row.occurred_at) < before)
      .map((row) => integer(row.id));
    if (old.length > 0) await ctx.transaction((trx) => removeOrphans(ctx, trx, old));
    // Past the last old event there is nothing to find yet.
    sweptTo = old.length === limit ? (old.at(-1) ?? 0) : 0;
  }

  async function forgetKeys(now: number, limit: number): Promise<void> {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.deduplication.name)
        .select('id')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
    );
    if (rows.length === 0) return;
    await ctx.query((knex) =>
      knex(ctx.tables.deduplication.name)
        .whereIn(
          'id',
          rows.map((row) => integer(row.id))
        )
        // A key may have been claimed again between the two statements.
        .andWhere('expires_at', '<=', now)
        .delete()
    );
  }

  return async ({ deliveredBefore, deadBefore, now, limit }) => {
    const cutoffs: [state: string, before: number][] = [
      ['canceled', deliveredBefore],
      ['dead', deadBefore],
    ];
    const ids = await delivered.next(limit, deliveredBefore);
    for (const [state, before] of cutoffs) {
      const missing = limit - ids.length;
      if (missing > 0) ids.push(...(await expiredIds(state, before, missing)));
    }
    const removed =
      ids.length === 0 ? 0 : await ctx.transaction((trx) => removeFinished(ctx, trx, ids, 'skip'));
    await sweepEvents(deliveredBefore, limit);
    await forgetKeys(now, limit);
    return removed;
  };
}
