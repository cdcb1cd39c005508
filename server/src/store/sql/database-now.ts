/** Reads the database's current clock, epoch ms. */
import type { StoreContext } from './context';
import { integer, rowsOf } from './rows';

export function createDatabaseNow(ctx: StoreContext): () => Promise<number> {
  return async () => {
    const sql = `select ${ctx.dialect.clock} as now`;
    const [row] = rowsOf(await ctx.query((knex) => knex.raw(sql)));
    return integer(row?.now);
  };
}
