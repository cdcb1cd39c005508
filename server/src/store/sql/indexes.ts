/**
 * Indexes of the plugin's tables, created here rather than declared in the models.
 *
 * On PostgreSQL and MySQL, Strapi's schema inspector omits the column `id` from the indexes it
 * reads. A declared index with `id` therefore looks changed whenever any content type changes:
 * Strapi drops and rebuilds it, however large the table, or fails with "already exists" when
 * `forceMigration` is false. Strapi ignores indexes that it has not declared.
 */
import type { Core } from '@strapi/strapi';

import { rowsOf, text } from './rows';
import { DUE_INDEX, ENDED_INDEX, LANE_INDEX, ORDER_INDEX, UID, WAITING_INDEX } from './tables';

interface Index {
  name: string;
  columns: string[];
  /** Rows in the index, where the database has partial indexes. */
  where?: string;
}

/**
 * Indexes of the outbox serve the claim, indexes of messages the panel's lists and callbacks.
 *
 * A settlement changes no indexed column of a message, and a claim none of the outbox.
 */
export const INDEXES: Readonly<Partial<Record<keyof typeof UID, readonly Index[]>>> = {
  message: [
    { name: 'gw_messages_receiver_idx', columns: ['endpoint_id', 'id'] },
    { name: 'gw_messages_event_idx', columns: ['event_id'] },
    { name: 'gw_messages_entry_idx', columns: ['entry_document_id', 'id'] },
    { name: 'gw_messages_source_idx', columns: ['source_message_id', 'id'] },
  ],
  outbox: [
    { name: DUE_INDEX, columns: ['gated', 'due_at', 'id'] },
    { name: LANE_INDEX, columns: ['lane', 'admitted', 'place', 'id'] },
    { name: WAITING_INDEX, columns: ['endpoint_id', 'id'] },
    { name: ORDER_INDEX, columns: ['order_key', 'id'], where: 'order_key is not null' },
    {
      name: 'gw_outbox_admitted_idx',
      columns: ['flow_key_id', 'admitted'],
      where: 'admitted = 1',
    },
  ],
  undelivered: [
    { name: 'gw_undelivered_state_idx', columns: ['state', 'id'] },
    { name: 'gw_undelivered_endpoint_idx', columns: ['endpoint_id', 'state', 'id'] },
    { name: ENDED_INDEX, columns: ['state', 'ended_at', 'id'] },
  ],
  event: [{ name: 'gw_events_document_idx', columns: ['document_id'] }],
  attempt: [{ name: 'gw_attempts_message_idx', columns: ['message_row_id', 'number'] }],
  deduplication: [{ name: 'gw_deduplication_expiry_idx', columns: ['expires_at', 'id'] }],
  ledger: [{ name: 'gw_ledger_endpoint_idx', columns: ['endpoint_id', 'uid', 'id'] }],
  difference: [{ name: 'gw_differences_job_idx', columns: ['job_id', 'id'] }],
  job: [{ name: 'gw_jobs_state_idx', columns: ['state', 'id'] }],
  schedule: [{ name: 'gw_schedules_next_idx', columns: ['next_at', 'id'] }],
  audit: [
    { name: 'gw_audit_item_idx', columns: ['item', 'item_key', 'id'] },
    { name: 'gw_audit_actor_idx', columns: ['actor_kind', 'actor_id', 'id'] },
    { name: 'gw_audit_age_idx', columns: ['at', 'id'] },
  ],
  rollup: [{ name: 'gw_rollups_span_idx', columns: ['grain_ms', 'at', 'id'] }],
};

/** Indexes of earlier versions. */
const OBSOLETE = ['due', 'lane', 'state', 'endpoint', 'finished'].map(
  (name) => `gw_messages_${name}_idx`
);

/** Another node may be dropping the same ones concurrently. */
export async function dropObsoleteIndexes(db: Core.Strapi['db']): Promise<void> {
  const { tableName } = db.metadata.get(UID.message);
  const existing = await namesOf(db, tableName);
  for (const name of OBSOLETE.filter((one) => existing.has(one))) {
    try {
      await db.getSchemaConnection().alterTable(tableName, (table) => {
        table.dropIndex([], name);
      });
    } catch (error) {
      if ((await namesOf(db, tableName)).has(name)) throw error;
    }
  }
}

/** Creates missing indexes. Another node may be creating the same ones concurrently. */
export async function createMissingIndexes(db: Core.Strapi['db']): Promise<void> {
  for (const [kind, indexes] of Object.entries(INDEXES)) {
    const { tableName } = db.metadata.get(UID[kind as keyof typeof UID]);
    const existing = await namesOf(db, tableName);
    for (const index of indexes.filter(({ name }) => !existing.has(name))) {
      await createIndex(db, tableName, index);
    }
  }
}

async function createIndex(
  db: Core.Strapi['db'],
  tableName: string,
  { name, columns, where }: Index
): Promise<void> {
  const connection = db.getSchemaConnection();
  const isPartial = where !== undefined && db.dialect.client !== 'mysql';
  try {
    await connection.alterTable(tableName, (table) => {
      if (isPartial) table.index(columns, name, { predicate: db.connection.whereRaw(where) });
      else table.index(columns, name);
    });
  } catch (error) {
    if ((await namesOf(db, tableName)).has(name)) return;
    throw error;
  }
}

async function namesOf(db: Core.Strapi['db'], tableName: string): Promise<Set<string>> {
  if (db.dialect.client !== 'mysql') {
    const indexes = await db.dialect.schemaInspector.getIndexes(tableName);
    return new Set(indexes.map(({ name }) => name));
  }
  // Strapi's inspector omits an index that has lost all columns but the id, because the others were dropped.
  const sql = `select distinct index_name as name from information_schema.statistics
    where table_schema = database() and table_name = ?`;
  const rows = rowsOf(await db.connection.raw(sql, [tableName]));
  return new Set(rows.map(({ name }) => text(name)));
}
