/**
 * Indexes of the plugin's tables, created here rather than declared in the models.
 *
 * On PostgreSQL and MySQL, Strapi's schema inspector omits the column `id` from the indexes it
 * reads. A declared index with `id` therefore looks changed whenever any content type changes:
 * Strapi drops and rebuilds it, however large the table, or fails with "already exists" when
 * `forceMigration` is false. Strapi ignores indexes that it has not declared.
 */
import type { Core } from '@strapi/strapi';

import { DUE_INDEX, ENDPOINT_INDEX, FINISHED_INDEX, STATE_INDEX, UID } from './tables';

interface Index {
  name: string;
  columns: string[];
}

/** Those of messages serve the claim, the panel's lists, retention and callbacks. */
export const INDEXES: Readonly<Partial<Record<keyof typeof UID, readonly Index[]>>> = {
  message: [
    { name: DUE_INDEX, columns: ['due_at', 'id'] },
    { name: 'gw_messages_lane_idx', columns: ['lane', 'due_at', 'id'] },
    { name: STATE_INDEX, columns: ['state', 'id'] },
    { name: ENDPOINT_INDEX, columns: ['endpoint_id', 'state', 'id'] },
    { name: 'gw_messages_event_idx', columns: ['event_id'] },
    { name: 'gw_messages_entry_idx', columns: ['entry_document_id', 'id'] },
    { name: FINISHED_INDEX, columns: ['state', 'finished_at', 'id'] },
    { name: 'gw_messages_source_idx', columns: ['source_message_id', 'id'] },
  ],
  event: [{ name: 'gw_events_document_idx', columns: ['document_id'] }],
  attempt: [{ name: 'gw_attempts_message_idx', columns: ['message_row_id', 'number'] }],
  deduplication: [{ name: 'gw_deduplication_expiry_idx', columns: ['expires_at', 'id'] }],
  job: [{ name: 'gw_jobs_state_idx', columns: ['state', 'id'] }],
  schedule: [{ name: 'gw_schedules_next_idx', columns: ['next_at', 'id'] }],
  rollup: [{ name: 'gw_rollups_span_idx', columns: ['grain_ms', 'at', 'id'] }],
};

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
  { name, columns }: Index
): Promise<void> {
  try {
    await db.getSchemaConnection().alterTable(tableName, (table) => {
      table.index(columns, name);
    });
  } catch (error) {
    if ((await namesOf(db, tableName)).has(name)) return;
    throw error;
  }
}

async function namesOf(db: Core.Strapi['db'], tableName: string): Promise<Set<string>> {
  const indexes = await db.dialect.schemaInspector.getIndexes(tableName);
  return new Set(indexes.map(({ name }) => name));
}
