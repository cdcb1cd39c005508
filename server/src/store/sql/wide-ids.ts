/**
 * Makes the primary keys of the log 64-bit. Strapi makes 32-bit ones, which a busy installation uses up
 * within a month: then every settlement fails. Strapi does not compare the type of a primary key.
 */
import type { Core } from '@strapi/strapi';

import { rowsOf } from './rows';
import { UID } from './tables';

const WIDE = [
  'event',
  'message',
  'outbox',
  'undelivered',
  'attempt',
  'ledger',
  'difference',
] as const;

export async function widenIds(db: Core.Strapi['db']): Promise<void> {
  const schema = db.getSchemaName();
  for (const kind of WIDE) {
    const { tableName } = db.metadata.get(UID[kind]);
    const name = schema ? `${schema}.${tableName}` : tableName;
    if (await isWide(db, tableName)) continue;
    await db.connection.raw(WIDEN[db.dialect.client as keyof typeof WIDEN], [name]);
  }
}

const WIDEN = {
  postgres: 'alter table ?? alter column id type bigint',
  mysql: 'alter table ?? modify id bigint unsigned not null auto_increment',
} as const;

/** SQLite's integers are 64-bit. */
async function isWide(db: Core.Strapi['db'], tableName: string): Promise<boolean> {
  if (db.dialect.client === 'sqlite') return true;
  const isPostgres = db.dialect.client === 'postgres';
  const [row] = rowsOf(
    await db.connection.raw(
      `select data_type as type from information_schema.columns
       where table_name = ? and column_name = 'id' and table_schema = ${isPostgres ? 'coalesce(?, current_schema())' : 'coalesce(?, database())'}`,
      [tableName, db.getSchemaName() ?? null]
    )
  );
  return String(row?.type ?? row?.TYPE).toLowerCase() === 'bigint';
}
