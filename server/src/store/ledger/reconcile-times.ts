/**
 * When endpoints are compared by their plans.
 *
 * A run is taken by the UPDATE that advances its time if it is still what was read: of all nodes that try,
 * one changes the row. It commits with the job, so that a node that dies in between has done neither.
 */
import type { Knex } from 'knex';

import { jobRecord } from '../log/job-record';
import type { StoreContext } from '../sql/context';
import { integer, integerOrNull, type Row } from '../sql/rows';
import type { ReconcileTimeStore } from './ledger-types';

export function createReconcileTimes({
  tables,
  dialect,
  query,
  transaction,
}: StoreContext): ReconcileTimeStore {
  const endpoints = (knex: Knex) => knex(tables.endpoint.name);

  return {
    async reconcileTimes(endpointIds) {
      const rows = await query<Row[]>((knex) =>
        endpoints(knex)
          .select('id', 'reconcile_at')
          .whereIn('id', [...endpointIds])
      );
      return new Map(rows.map((row) => [integer(row.id), integerOrNull(row.reconcile_at)]));
    },

    async moveReconcile({ id, version }, from, to) {
      const changed: unknown = await query((knex) =>
        endpoints(knex).where({ id, version, reconcile_at: from }).update({ reconcile_at: to })
      );
      return Number(changed) > 0;
    },

    lockEndpoint: (id) =>
      transaction(async (trx) => {
        await dialect.lock(endpoints(trx).select('id').where({ id }), 'wait');
      }),

    async reconciledAt(endpointIds) {
      const rows = await query<Row[]>((knex) =>
        knex(tables.job.name)
          .select('endpoint_id')
          .max({ at: 'started_at' })
          .where({ kind: 'reconcile' })
          .whereNot({ state: 'canceled' })
          .whereIn('endpoint_id', [...endpointIds])
          .groupBy('endpoint_id')
      );
      return new Map(rows.map((row) => [integer(row.endpoint_id), integer(row.at)]));
    },

    async lastReconcile(endpointId) {
      const [row] = await query<Row[]>((knex) =>
        knex(tables.job.name)
          .where({ kind: 'reconcile', endpoint_id: endpointId })
          .orderBy('id', 'desc')
          .limit(1)
      );
      return row === undefined ? null : jobRecord(row);
    },
  };
}
