/**
 * withheld: counts of the events that filters withheld, with the latest of each.
 *
 * Adds      to the row of each topic and endpoint. A missing row is inserted with zero first.
 * Atomic    in one transaction, rows in the order of their holders, because several servers add to them.
 */
import type { Knex } from 'knex';

import { LATEST_WITHHELD } from '../../core/message/limits';
import type { StoreContext } from '../sql/context';
import { integer, shownJson, text, type Row } from '../sql/rows';
import type { PanelStore, WithheldCount, WithheldEvent } from './panel-types';

type WithheldStore = Pick<PanelStore, 'addWithheld' | 'listWithheld' | 'removeWithheld'>;

export function createWithheld(ctx: StoreContext): WithheldStore {
  const table = () => ctx.tables.withheld.name;

  async function add(trx: Knex.Transaction, count: WithheldCount): Promise<void> {
    const { holder } = count;
    await trx(table()).insert({ holder, total: 0, latest: '[]' }).onConflict('holder').ignore();
    const query = trx(table()).select('id', 'total', 'latest').where({ holder });
    const [row] = (await ctx.dialect.lock(query, 'wait')) as Row[];
    if (row === undefined) return;
    const latest = [...count.latest, ...shownJson<WithheldEvent[]>(row.latest, [])];
    await trx(table())
      .where({ id: row.id })
      .update({
        total: integer(row.total) + count.total,
        latest: JSON.stringify(latest.slice(0, LATEST_WITHHELD)),
      });
  }

  return {
    addWithheld: (counts) =>
      ctx.transaction(async (trx) => {
        const inOrder = counts.toSorted((a, b) => (a.holder < b.holder ? -1 : 1));
        for (const count of inOrder) await add(trx, count);
      }),

    async listWithheld() {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(table()).select('holder', 'total', 'latest')
      );
      return rows.map((row) => ({
        holder: text(row.holder),
        total: integer(row.total),
        latest: shownJson<WithheldEvent[]>(row.latest, []),
      }));
    },

    async removeWithheld(holder) {
      await ctx.query((knex) => knex(table()).where({ holder }).delete());
    },
  };
}
