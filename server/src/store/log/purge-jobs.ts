/**
 * Removes jobs that ended long ago, and lists of differences that newer comparisons have replaced. The last
 * comparison of each endpoint stays: it says what its receiver has.
 */
import { dropOldDifferences } from '../ledger/differences';
import type { StoreContext } from '../sql/context';
import { integer, type Row } from '../sql/rows';

const ENDED = ['finished', 'canceled'];

export const createPurgeJobs =
  (ctx: StoreContext) =>
  async (before: number, limit: number): Promise<number> => {
    const { tables, query } = ctx;
    await dropOldDifferences(ctx, limit);
    const rows = await query<Row[]>((knex) =>
      knex(tables.job.name)
        .select('id')
        .whereIn('state', ENDED)
        .andWhere('finished_at', '<', before)
        .whereNotIn(
          'id',
          knex(tables.job.name)
            .max('id')
            .where({ kind: 'reconcile', state: 'finished' })
            .whereIn('endpoint_id', knex(tables.endpoint.name).select('id'))
            .groupBy('endpoint_id')
        )
        .orderBy('id')
        .limit(limit)
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => integer(id));
    return query<number>((knex) => knex(tables.job.name).whereIn('id', ids).delete());
  };
