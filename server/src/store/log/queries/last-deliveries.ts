/** Latest delivered message of each endpoint, among its newest messages. */
import type { StoreContext } from '../../sql/context';
import type { PanelStore } from '../panel-types';
import { integer, rowsOf } from '../../sql/rows';

const ENDPOINTS_PER_STATEMENT = 50;
/** An endpoint that has failed for longer than that many messages shows no delivery. */
const LOOKED_AT = 5_000;

export function createLastDeliveries(ctx: StoreContext): Pick<PanelStore, 'lastDeliveries'> {
  const one = `select * from (
    select endpoint_id, finished_at from (
      select id, endpoint_id, state, finished_at from ${ctx.tables.message.quoted}
      where endpoint_id = ? order by id desc limit ${LOOKED_AT}
    ) as newest where state = 'delivered' order by id desc limit 1
  ) as latest`;

  return {
    async lastDeliveries(endpointIds) {
      const found = new Map<number, number>();
      for (let from = 0; from < endpointIds.length; from += ENDPOINTS_PER_STATEMENT) {
        const ids = endpointIds.slice(from, from + ENDPOINTS_PER_STATEMENT);
        const sql = ids.map(() => one).join(' union all ');
        const rows = rowsOf(await ctx.query((knex) => knex.raw(sql, ids)));
        for (const row of rows) found.set(integer(row.endpoint_id), integer(row.finished_at));
      }
      return found;
    },
  };
}
