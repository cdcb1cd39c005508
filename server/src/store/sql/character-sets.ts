/**
 * Stores all text of the plugin's tables on MySQL and MariaDB as utf8mb4.
 *
 * Strapi creates tables with the default of the schema. Under latin1 or utf8mb3, an emoji in an
 * event fails the editor's change (error 1366) or, without strict mode, is stored as question
 * marks.
 */
import type { Knex } from 'knex';

import type { Log } from '../../delivery/loop/ports';
import { rowsOf, text } from './rows';
import type { Tables } from './tables';

const UTF8MB4 = 'utf8mb4';
/** Collation of names that must be unique although the usual collation treats them as equal. */
const BINARY = 'utf8mb4_bin';

/** Converts each table that has a text column, or a default for new columns, other than utf8mb4. */
export async function upgradeCharacterSets(knex: Knex, tables: Tables, log: Log): Promise<void> {
  const names = Object.values(tables).map(({ name }) => name);
  const outdated = await outdatedTables(knex, names);
  if (outdated.length === 0) return;
  const collation = await schemaCollation(knex);
  for (const name of outdated) {
    log.info(`converting the table ${name} to ${UTF8MB4}, so that it can store every character`);
    await convert(knex, name, collation).catch(() => convert(knex, name, BINARY));
  }
}

async function outdatedTables(knex: Knex, names: readonly string[]): Promise<string[]> {
  const list = names.map(() => '?').join(', ');
  const result: unknown = await knex.raw(
    `select t.table_name as name from information_schema.tables t
      where t.table_schema = database() and t.table_name in (${list})
        and (t.table_collation not like '${UTF8MB4}%' or exists (
          select 1 from information_schema.columns c
          where c.table_schema = t.table_schema and c.table_name = t.table_name
            and c.character_set_name is not null and c.character_set_name <> '${UTF8MB4}'))`,
    [...names]
  );
  return rowsOf(result).map(({ name }) => text(name));
}

/**
 * The schema's default collation if it belongs to utf8mb4. Null leaves the choice to the server.
 */
async function schemaCollation(knex: Knex): Promise<string | null> {
  const [row] = rowsOf(
    await knex.raw(
      `select default_collation_name as name from information_schema.schemata where schema_name = database()`
    )
  );
  const name = text(row?.name);
  return name.startsWith(UTF8MB4) ? name : null;
}

/**
 * DYNAMIC row format: older formats limit an index key to 767 bytes, but 255 characters of utf8mb4
 * take 1,020.
 */
async function convert(knex: Knex, table: string, collation: string | null): Promise<void> {
  const collate = collation === null ? '' : ` collate ${collation}`;
  await knex.raw(
    `alter table ?? convert to character set ${UTF8MB4}${collate}, row_format = dynamic`,
    [table]
  );
}
