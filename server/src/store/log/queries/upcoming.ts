/**
 * nextDue: the messages that will be sent next.
 *
 * Reads the first few messages of the few lanes that are due first, as the claim does. The number
 * of messages waiting in them, or in held lanes, does not matter. Behind gates the due time is a
 * place in the queue (`gate-place.ts`), so gated lanes are read separately and sorted by the time
 * at which they may be sent.
 */
import type { StoreContext } from '../../sql/context';
import { gateOf } from '../../gates/gate-place';
import type { LaneHead, Lanes } from '../../queue/lanes';
import { integer, MESSAGE_VIEW_COLUMNS, messageRow, rowsOf, type Row } from '../../sql/rows';
import type { PanelStore } from '../panel-types';

export function createUpcoming(ctx: StoreContext, lanes: Lanes): Pick<PanelStore, 'nextDue'> {
  async function firstOf(heads: readonly LaneHead[], limit: number): Promise<number[]> {
    const table = ctx.tables.message.quoted;
    const one = `select id from ${table} where lane = ? and state = 'pending' order by due_at, id limit ?`;
    const rows = rowsOf(
      await ctx.query((knex) =>
        knex.raw(
          heads.map((_, index) => `select * from (${one}) as l${index}`).join(' union all '),
          heads.flatMap(({ lane }) => [lane, limit])
        )
      )
    );
    return rows.map((row) => integer(row.id));
  }

  return {
    async nextDue(heldLanes, limit) {
      const held = new Set(heldLanes);
      const open = (await lanes.heads())
        .filter(({ lane }) => !held.has(lane))
        .sort((a, b) => a.dueAt - b.dueAt);
      const gated = open.filter(({ lane }) => gateOf(lane) !== null).slice(0, limit);
      const free = open.filter(({ lane }) => gateOf(lane) === null).slice(0, limit);
      const heads = [...free, ...gated];
      if (heads.length === 0) return [];
      const ids = await firstOf(heads, limit);
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.message.name)
          .select([...MESSAGE_VIEW_COLUMNS])
          .whereIn('id', ids)
          .orderBy([{ column: 'not_before' }, { column: 'id' }])
          .limit(limit)
      );
      return rows.map(messageRow);
    },
  };
}
