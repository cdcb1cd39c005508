/**
 * Endpoints that are removed when nobody claims their messages any more. Neither is an edit: an endpoint's
 * `version` stays, and other nodes need not read it again.
 */
import type { StoreContext } from '../sql/context';
import { integer, type Row } from '../sql/rows';
import type { PullStore } from '../queue/pull-types';
import { DELETED } from './endpoints';

export function createTemporaryEndpoints(
  ctx: StoreContext
): Pick<PullStore, 'keepEndpoint' | 'expiredEndpoints'> {
  return {
    async keepEndpoint(id, until) {
      await ctx.query((knex) =>
        knex(ctx.tables.endpoint.name)
          .where({ id })
          .whereNotNull('expires_at')
          .update({ expires_at: until })
      );
    },

    async expiredEndpoints(now) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.endpoint.name)
          .select('id')
          .where('expires_at', '<=', now)
          .andWhereNot({ state: DELETED })
      );
      return rows.map((row) => integer(row.id));
    },
  };
}
