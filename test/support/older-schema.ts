/**
 * Gives the plugin's tables the columns, indexes and foreign keys that Strapi adds to content types, and makes
 * Strapi believe that it made them so: the tables of an installation in which they were content types.
 */
import type { Core } from '@strapi/strapi';

const TABLES = ['gw_topics', 'gw_endpoints', 'gw_events', 'gw_messages', 'gw_attempts'];
const COLUMNS = {
  document_id: 'string',
  created_at: 'datetime',
  updated_at: 'datetime',
  published_at: 'datetime',
  locale: 'string',
} as const;
const CREATORS = ['created_by_id', 'updated_by_id'];

/** Of the message table. */
export const HOST_INDEXES = [
  'gw_messages_documents_idx',
  ...CREATORS.map((column) => `gw_messages_${column}_fk`),
];

export async function makeSchemaOlder({ db }: Core.Strapi): Promise<void> {
  const older = structuredClone(db.schema.schema);
  for (const table of older.tables.filter(({ name }) => TABLES.includes(name))) {
    const has = (column: string): boolean => table.columns.some(({ name }) => name === column);
    const nullable = { args: [], defaultTo: null, notNullable: false, unsigned: false };
    for (const [name, type] of Object.entries(COLUMNS)) {
      if (!has(name)) table.columns.push({ ...nullable, name, type });
    }
    table.indexes.push({
      name: `${table.name}_documents_idx`,
      columns: ['document_id', 'locale', 'published_at'],
    });
    for (const column of CREATORS) {
      const name = `${table.name}_${column}_fk`;
      table.columns.push({ ...nullable, name: column, type: 'integer', unsigned: true });
      table.indexes.push({ name, columns: [column] });
      table.foreignKeys.push({
        name,
        columns: [column],
        referencedTable: 'admin_users',
        referencedColumns: ['id'],
        onDelete: 'SET NULL',
      });
    }
  }
  const { diff } = await db.schema.schemaDiff.diff({
    previousSchema: db.schema.schema,
    databaseSchema: await db.dialect.schemaInspector.getSchema(),
    userSchema: older,
  });
  await db.schema.builder.updateSchema(diff);
  await db.schema.schemaStorage.add(older);
}
