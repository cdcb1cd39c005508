/**
 * Prevents Strapi from dropping the plugin's tables when it starts without the plugin (`enabled: false`, or a
 * missing package). Strapi drops tables of unknown content types, except those that its core store lists as
 * persisted. Strapi's licensed features keep their tables the same way.
 */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';

/** Strapi accepts both forms. */
type PersistedTable = string | { name: string };

const nameOf = (table: PersistedTable): string => (typeof table === 'string' ? table : table.name);

/** Lists the tables of the plugin's models, and their join tables. */
export function ownTables({ db }: Core.Strapi): string[] {
  const models = [...db.metadata.values()].filter(({ uid }) =>
    uid.startsWith(`plugin::${PLUGIN_ID}.`)
  );
  const names = models.flatMap(({ tableName, attributes }) => [
    tableName,
    ...Object.values(attributes).flatMap((attribute) =>
      'joinTable' in attribute && attribute.joinTable ? [attribute.joinTable.name] : []
    ),
  ]);
  return [...new Set(names)];
}

/** Adds the plugin's tables to the persisted ones. Called at every start, once the tables exist. */
export async function keepTables(strapi: Core.Strapi): Promise<void> {
  const list = strapi.store({ type: 'core', key: 'persisted_tables' });
  const persisted = ((await list.get()) ?? []) as PersistedTable[];
  const known = new Set(persisted.map(nameOf));
  const missing = ownTables(strapi).filter((name) => !known.has(name));
  if (missing.length === 0) return;
  await list.set({ value: [...persisted, ...missing.map((name) => ({ name }))] });
}
