/**
 * nextDue: the messages that will be sent next.
 *
 * Reads the first few messages of the few lanes that are due first, as the claim does. The number
 * of messages waiting in them, or in held lanes, does not matter. In a FIFO queue the place is not a
 * time, so gated lanes are read separately and sorted by the time at which they may be sent.
 */
import type { StoreContext } from '../../sql/context';
import { isTimed } from '../../gates/gate-place';
import type { Lanes } from '../../queue/lanes';
import { MESSAGE_VIEW_COLUMNS, messageRow, type Row } from '../../sql/rows';
import { withLease } from './listings';
import type { PanelStore } from '../panel-types';

export function createUpcoming(ctx: StoreContext, lanes: Lanes): Pick<PanelStore, 'nextDue'> {
  return {
    async nextDue(heldLanes, limit, now) {
      const held = new Set(heldLanes);
      const open = (await lanes.heads(now))
        .filter(({ lane }) => !held.has(lane))
        .sort((a, b) => a.place - b.place);
      const gated = open.filter(({ lane }) => !isTimed(lane)).slice(0, limit);
      const free = open.filter(({ lane }) => isTimed(lane)).slice(0, limit);
      const first = [...free, ...gated].map(({ lane }) => lane);
      if (first.length === 0) return [];
      const ids = (await lanes.firstOf(first, now, () => limit)).map(({ id }) => id);
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.message.name)
          .select(withLease(ctx, knex, MESSAGE_VIEW_COLUMNS))
          .whereIn('id', ids)
          .orderBy([{ column: 'not_before' }, { column: 'id' }])
          .limit(limit)
      );
      return rows.map(messageRow);
    },
  };
}
