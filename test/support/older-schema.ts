/**
 * Makes the message table what it was when it still had what Strapi gives every content type, and has Strapi
 * believe that it made it so: by Strapi's own schema sync, from a schema that says so.
 */
import type { Core } from '@strapi/strapi';

const TABLE = 'gw_messages';
const CREATORS = ['created_by_id', 'updated_by_id'];

export const HOST_INDEXES = [
  `${TABLE}_documents_idx`,
  ...CREATORS.map((column) => `${TABLE}_${column}_fk`),
];

export async function makeSchemaOlder({ db }: Core.Strapi): Promise<void> {
  const older = structuredClone(db.schema.schema);
  const table = older.tables.find(({ name }) => name === TABLE);
  if (table === undefined) throw new Error(`there is no table ${TABLE}`);
  table.indexes.push({ name: `${TABLE}_documents_idx`, columns: ['document_id', 'published_at'] });
  for (const column of CREATORS) {
    const name = `${TABLE}_${column}_fk`;
    table.columns.push({
      name: column,
      type: 'integer',
      args: [],
      defaultTo: null,
      notNullable: false,
      unsigned: true,
    });
    table.indexes.push({ name, columns: [column] });
    table.foreignKeys.push({
      name,
      columns: [column],
      referencedTable: 'admin_users',
      referencedColumns: ['id'],
      onDelete: 'SET NULL',
    });
  }
  const { diff } = await db.schema.schemaDiff.diff({
    previousSchema: db.schema.schema,
    databaseSchema: await db.dialect.schemaInspector.getSchema(),
    userSchema: older,
  });
  await db.schema.builder.updateSchema(diff);
  await db.schema.schemaStorage.add(older);
}
