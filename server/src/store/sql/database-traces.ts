/**
 * Identifies the database by what does not change when it moves and is not carried along when it is copied.
 *
 * PostgreSQL  the cluster's system identifier, with the object ids of the database and the schema: the same behind
 *             a pooler, after a rename and on a replica that was promoted, other ones in a restored dump.
 * MySQL       `server_uuid` with the database's name.
 * MariaDB     `server_uid` with the database's name. It is computed from the network address and changes with a
 *             recreated container; so does not the time at which our table was made. Either is enough.
 * SQLite      the file's inode and time of birth: the same after a move on one file system, others in a copy.
 *
 * Returns nothing where the database does not tell.
 */
import { stat } from 'node:fs/promises';

import type { StoreContext } from './context';
import { rowsOf, text, type Row } from './rows';

export function createDatabaseTraces(ctx: StoreContext): () => Promise<string[]> {
  const ask = async (sql: string, bindings: string[] = []): Promise<Row> =>
    rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)))[0] ?? {};

  /** A variable or function that this server does not have, or this user may not read, is no error. */
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

  async function ofMysql(): Promise<string[]> {
    const base = text((await ask('select database() as base')).base);
    const mysql = await tell('select @@server_uuid as server');
    if (mysql.server !== undefined) return [`mysql:${text(mysql.server)}/${base}`];
    const mariadb = await tell('select @@server_uid as server');
    const made = await tell(
      `select cast(unix_timestamp(create_time) as char) as made from information_schema.tables
        where table_schema = database() and table_name = ?`,
      [ctx.tables.setting.name]
    );
    return [
      ...(mariadb.server === undefined ? [] : [`mariadb:${text(mariadb.server)}/${base}`]),
      ...(text(made.made) === '' ? [] : [`mariadb-table:${base}/${text(made.made)}`]),
    ];
  }

  async function ofSqlite(): Promise<string[]> {
    const list = rowsOf(await ctx.query((knex) => knex.raw('pragma database_list')));
    const file = text(list.find(({ name }) => name === 'main')?.file);
    if (file === '') return [];
    const { dev, ino, birthtimeNs } = await stat(file, { bigint: true });
    // Numbers of inodes are used again, and numbers of devices change with a restart: the birth tells files apart.
    return [birthtimeNs > 0n ? `file:${ino}/${birthtimeNs}` : `file:${dev}/${ino}`];
  }

  return () => ({ postgres: ofPostgres, mysql: ofMysql, sqlite: ofSqlite })[ctx.dialect.name]();
}
