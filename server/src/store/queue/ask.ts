/**
 * ask: notes who asked for the next attempt of these messages.
 *
 * Changes   appends a line of JSON to `asks`. State and lease stay: an attempt in flight settles as usual.
 */
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import type { QueueStore } from '../types';

export function createNoteAsk(ctx: StoreContext): QueueStore['noteAsk'] {
  const appended =
    ctx.dialect.name === 'mysql' ? `concat(coalesce(asks, ''), ?)` : `coalesce(asks, '') || ?`;
  return async (ids, ask) => {
    const line = `${JSON.stringify(ask)}\n`;
    await ctx.transaction((trx) =>
      inBatches(ids, (batch) =>
        ctx.dialect
          .byId(trx, ctx.tables.message)
          .whereIn('id', batch)
          .update({ asks: trx.raw(appended, [line]) })
      )
    );
  };
}
