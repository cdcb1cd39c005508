/** Lists the differences that comparisons find. A list is complete up to a limit, and goes with the next comparison. */
import type { Knex } from 'knex';

import type { Difference } from '../../core/ledger/compare';
import type { JobRecord } from '../log/job-types';
import type { StoreContext } from '../sql/context';
import { integer, text, textOrNull, type Row } from '../sql/rows';
import type { DifferenceStore } from './ledger-types';

/** Of a comparison. All are counted. */
const LISTED_AT_MOST = 10_000;

const differenceOf = (row: Row): Difference & { id: number } => ({
  id: integer(row.id),
  kind: text(row.kind) as Difference['kind'],
  uid: text(row.uid),
  documentId: text(row.entry_document_id),
  locale: textOrNull(row.entry_locale),
  status: text(row.entry_status) as Difference['status'],
});

/** Adds what a step has found, in its transaction. What is healed is in the log. */
export async function listDifferences(
  { tables }: StoreContext,
  trx: Knex.Transaction,
  job: JobRecord,
  found: readonly Difference[]
): Promise<void> {
  const counts = Object.values(job.findings?.counts ?? {});
  const room = LISTED_AT_MOST - counts.reduce((sum, count) => sum + count, 0);
  const rows = found.slice(0, Math.max(0, room)).map((one) => ({
    job_id: job.id,
    kind: one.kind,
    uid: one.uid,
    entry_document_id: one.documentId,
    entry_locale: one.locale,
    entry_status: one.status,
  }));
  if (rows.length === 0 || job.filter.reconcile?.heal === true) return;
  await trx(tables.difference.name).insert(rows);
}

export const createDifferences = ({ tables, query }: StoreContext): DifferenceStore => ({
  async pageDifferences({ jobId, kind, uid }, { after, limit }) {
    const rows = await query<Row[]>((knex) => {
      const all = knex(tables.difference.name).where({ job_id: jobId }).andWhere('id', '>', after);
      if (kind !== undefined) void all.andWhere({ kind });
      if (uid !== undefined) void all.andWhere({ uid });
      return all.orderBy('id').limit(limit);
    });
    return rows.map(differenceOf);
  },
});

/** Removes the lists of earlier comparisons, a part each time. */
export async function dropOldDifferences(
  { tables, query }: StoreContext,
  limit: number
): Promise<void> {
  const rows = await query<Row[]>((knex) =>
    knex(tables.difference.name)
      .select('id')
      .whereNotIn(
        'job_id',
        knex(tables.job.name)
          .max('id')
          .where({ kind: 'reconcile' })
          .whereIn('endpoint_id', knex(tables.endpoint.name).select('id'))
          .groupBy('endpoint_id')
      )
      .orderBy('id')
      .limit(limit)
  );
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => integer(id));
  await query<number>((knex) => knex(tables.difference.name).whereIn('id', ids).delete());
}
