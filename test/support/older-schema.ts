/**
 * Gives the plugin's tables the shape of an earlier version, and makes Strapi believe that it made them so:
 * content types, with the columns, indexes and foreign keys that Strapi adds to those; 32-bit ids; no outbox, but
 * due time, lane and lease in the message itself.
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
const QUEUE_COLUMNS = { due_at: 'bigInteger', lane: 'string', lease_token: 'string' } as const;
const LISTS = ['gw_outbox', 'gw_undelivered'];
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
    const added = { ...COLUMNS, ...(table.name === 'gw_messages' && QUEUE_COLUMNS) };
    for (const [name, type] of Object.entries(added)) {
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
  older.tables = older.tables.filter(({ name }) => !LISTS.includes(name));
  const { diff } = await db.schema.schemaDiff.diff({
    previousSchema: db.schema.schema,
    databaseSchema: await db.dialect.schemaInspector.getSchema(),
    userSchema: older,
  });
  await db.schema.builder.updateSchema(diff);
  await db.schema.schemaStorage.add(older);
  await queueInMessages(db);
  // Strapi keeps them, because the plugin has asked it to.
  for (const table of LISTS) await db.getSchemaConnection().dropTable(table);
}

/** Of the four messages one is active, one pending, one dead and one canceled. */
async function queueInMessages(db: Core.Strapi['db']): Promise<void> {
  const messages = () => db.connection('gw_messages');
  const [first, , third, fourth] = await messages().orderBy('id').pluck<number[]>('id');
  const lane = db.dialect.client === 'mysql' ? "concat('e:', endpoint_id)" : "'e:' || endpoint_id";
  await messages().update({
    due_at: db.connection.ref('not_before'),
    lane: db.connection.raw(lane),
  });
  await messages()
    .where({ id: first })
    .update({ state: 'active', lease_token: 'of a killed node' });
  const ended = { due_at: null, lane: null, finished_at: Date.now() };
  await messages()
    .where({ id: third })
    .update({ ...ended, state: 'dead' });
  await messages()
    .where({ id: fourth })
    .update({ ...ended, state: 'canceled' });
  await db.getSchemaConnection().alterTable('gw_messages', (table) => {
    table.index(['due_at', 'id'], 'gw_messages_due_idx');
    table.index(['state', 'id'], 'gw_messages_state_idx');
  });
  const narrow = {
    sqlite: null,
    postgres: 'alter table gw_messages alter column id type integer',
    mysql: 'alter table gw_messages modify id int unsigned not null auto_increment',
  }[db.dialect.client as 'sqlite' | 'postgres' | 'mysql'];
  if (narrow !== null) await db.connection.raw(narrow);
  await db.connection('gw_settings').where({ name: 'outbox filled' }).delete();
}
