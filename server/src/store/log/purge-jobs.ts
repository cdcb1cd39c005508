/** Removes jobs that ended long ago. The last reconciliation of each endpoint stays: it says what its receiver has. */
import type { StoreContext } from '../sql/context';
import { integer, type Row } from '../sql/rows';

const ENDED = ['finished', 'canceled'];

export const createPurgeJobs =
  ({ tables, query }: StoreContext) =>
  async (before: number, limit: number): Promise<number> => {
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
            .groupBy('endpoint_id')
        )
        .orderBy('id')
        .limit(limit)
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => integer(id));
    return query<number>((knex) => knex(tables.job.name).whereIn('id', ids).delete());
  };
