/**
 * Identifies the database by values that stay when it moves and differ when it is copied.
 *
 * PostgreSQL  the cluster's system identifier with the object ids of database and schema: the same
 *             behind a pooler, after a rename and on a promoted replica; different in a restored dump.
 * MySQL       `server_uuid` with the database's name.
 * MariaDB     `server_uid` with the database's name, which changes with the network address and with a
 *             recreated container; and the creation time of a table. Either one is enough.
 * SQLite      the file's inode and birth time: the same after a move on one file system, different in
 *             a copy.
 *
 * Returns nothing where the database does not tell.
 */
import { stat } from 'node:fs/promises';

import type { StoreContext } from './context';
import { rowsOf, text, type Row } from './rows';

export function createDatabaseTraces(ctx: StoreContext): () => Promise<string[]> {
  const ask = async (sql: string, bindings: string[] = []): Promise<Row> =>
    rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)))[0] ?? {};

  /** Ignores a variable or function that this server lacks or this user may not read. */
  const tell = (sql: string, bindings: string[] = []): Promise<Row> =>
    ask(sql, bindings).catch((error: unknown) => {
      ctx.log.debug('the database does not tell its identity', { error });
      return {};
    });

  async function ofPostgres(): Promise<string[]> {
    const row = await tell(
      `select (select system_identifier from pg_control_system())::text as server,
        (select oid from pg_database where datname = current_database())::text as base,
        (select relnamespace from pg_class where oid = to_regclass(?))::text as namespace`,
      [ctx.tables.setting.quoted]
    );
    return row.server === undefined
      ? []
      : [`postgres:${text(row.server)}/${text(row.base)}/${text(row.namespace)}`];
  }

  /** Where the server's identity is: the one of MySQL, until it turns out to be a MariaDB. */
  let variable: 'server_uuid' | 'server_uid' = 'server_uuid';

  async function ofMysql(): Promise<string[]> {
    const table = `database() as base, (
      select cast(unix_timestamp(create_time) as char) from information_schema.tables
      where table_schema = database() and table_name = ?) as made`;
    const bindings = [ctx.tables.setting.name];
    const told = (name: typeof variable) => tell(`select @@${name} as server, ${table}`, bindings);
    let row = await told(variable);
    if (row.base === undefined && variable === 'server_uuid') {
      row = await told('server_uid');
      if (row.base !== undefined) variable = 'server_uid';
    }
    if (row.base === undefined) row = await ask(`select ${table}`, bindings);
    const [server, base, made] = [text(row.server), text(row.base), text(row.made)];
    if (variable === 'server_uuid' && server !== '') return [`mysql:${server}/${base}`];
    return [
      ...(server === '' ? [] : [`mariadb:${server}/${base}`]),
      ...(made === '' ? [] : [`mariadb-table:${base}/${made}`]),
    ];
  }

  async function ofSqlite(): Promise<string[]> {
    const list = rowsOf(await ctx.query((knex) => knex.raw('pragma database_list')));
    const file = text(list.find(({ name }) => name === 'main')?.file);
    if (file === '') return [];
    const { dev, ino, birthtimeNs } = await stat(file, { bigint: true });
    // Inode numbers are reused and device numbers change with a restart, so prefer the birth time.
    return [birthtimeNs > 0n ? `file:${ino}/${birthtimeNs}` : `file:${dev}/${ino}`];
  }

  return () => ({ postgres: ofPostgres, mysql: ofMysql, sqlite: ofSqlite })[ctx.dialect.name]();
}
