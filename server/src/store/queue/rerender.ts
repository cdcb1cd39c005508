/**
 * rerender: gives messages whose format failed another request.
 *
 * Changes   method, own headers, own body and rendering of dead letters and canceled messages. Nothing of
 *           them was ever sent, so no receiver knows their bytes.
 * Fence     the state: a message that a concurrent call has replayed is left alone.
 */
import { inBatches } from '../sql/batches';
import type { StoreContext } from '../sql/context';
import { shownJson, text, type Row } from '../sql/rows';
import { renderedValues } from '../sql/values';
import type { Rendering } from '../../core/message/rendering';
import type { QueueStore } from '../types';

const UNSENT = ['dead', 'canceled'] as const;

export function createRerender(ctx: StoreContext): Pick<QueueStore, 'unrendered' | 'rerender'> {
  const { tables, dialect, crypt } = ctx;
  return {
    async unrendered(ids) {
      const found: string[] = [];
      await inBatches(ids, async (batch) => {
        const rows = await ctx.query<Row[]>((knex) =>
          dialect
            .byId(knex, tables.message)
            .select('message_id', 'rendering')
            .whereIn('id', batch)
            .whereIn('state', [...UNSENT])
            .whereNotNull('rendering')
            .orderBy('id')
        );
        const failed = rows.filter(
          ({ rendering }) => shownJson<Rendering | null>(rendering, null)?.problem !== undefined
        );
        found.push(...failed.map((row) => text(row.message_id)));
        return failed.length;
      });
      return found;
    },

    async rerender(id, rendered) {
      await ctx.query((knex) =>
        dialect
          .byId(knex, tables.message)
          .where({ id })
          .whereIn('state', [...UNSENT])
          .update(renderedValues(rendered, crypt))
      );
    },
  };
}
