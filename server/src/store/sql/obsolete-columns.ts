/**
 * Drops the columns in which an earlier version queued its messages, which Strapi keeps with
 * `forceMigration: false`. A node of that version that is still running then fails to write content,
 * and its messages are not recorded without being in the outbox.
 */
import type { Core } from '@strapi/strapi';

import { UID } from './tables';

const COLUMNS = ['due_at', 'lane', 'lease_token'];

export async function dropObsoleteColumns(db: Core.Strapi['db']): Promise<void> {
  const { tableName } = db.metadata.get(UID.message);
  const has = (column: string): Promise<boolean> =>
    db.getSchemaConnection().hasColumn(tableName, column);
  for (const column of COLUMNS) {
    if (!(await has(column))) continue;
    try {
      await db.getSchemaConnection().alterTable(tableName, (table) => {
        table.dropColumn(column);
      });
    } catch (error) {
      // Another node may have dropped it meanwhile.
      if (await has(column)) throw error;
    }
  }
}
