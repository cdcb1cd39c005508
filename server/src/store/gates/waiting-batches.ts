/** The events that wait for an endpoint in mode `batch`, and "send now". */
import { batchLane } from '../../core/gates/delivery-mode';
import type { StoreContext } from '../sql/context';
import { integer, integerOrNull, type Row } from '../sql/rows';
import { LANE_INDEX } from '../sql/tables';
import type { BatchStore } from './gate-types';

export function createWaitingBatches(ctx: StoreContext, stir: () => void): BatchStore {
  const { dialect, tables } = ctx;

  return {
    async waitingBatch(endpointId, upTo) {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex
          .count({ events: '*' })
          .min({ oldest: 'place' })
          .max({ newest: 'place' })
          .max({ forced: 'started' })
          .from(
            dialect
              .byIndex(knex, tables.outbox, LANE_INDEX)
              .select('place', 'started')
              .where({ lane: batchLane(endpointId), admitted: 0 })
              .orderBy('place')
              .limit(upTo)
              .as('waiting')
          )
      );
      const oldestAt = integerOrNull(row?.oldest);
      if (oldestAt === null) return null;
      return {
        count: integer(row?.events),
        oldestAt,
        newestAt: integer(row?.newest),
        isForced: integer(row?.forced) === 1,
      };
    },

    async foldNow(endpointId) {
      const changed = await ctx.query<number>((knex) =>
        knex(tables.outbox.name)
          .where({ lane: batchLane(endpointId), admitted: 0 })
          .update({ started: 1 })
      );
      await ctx.afterCommit(stir);
      return changed;
    },
  };
}
