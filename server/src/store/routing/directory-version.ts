/**
 * Tells whether topics or endpoints have changed, by one small read: a number that every change made by the
 * plugin increments in its own transaction, and a digest of the rows, because others may write them too.
 */
import { createHash } from 'node:crypto';

import type { Knex } from 'knex';

import type { StoreContext } from '../sql/context';
import { rowsDigest } from '../sql/rows-digest';
import type { DirectoryStore } from '../types';
import { integer, type Row } from '../sql/rows';
import { settingColumns, subscriptionTable } from '../sql/tables';

/** The table's only row. */
const NAME = 'directory';

/** Written after attempts, claims and comparisons. Other nodes need not read them again. */
const CONDITION = ['firstFailureAt', 'breaker', 'expiresAt', 'reconcileAt'];

export function createDirectoryVersion(ctx: StoreContext): DirectoryStore['directoryVersion'] {
  let sql: string | undefined;

  return async () => {
    sql ??= versionSql(ctx);
    const text = sql;
    const [row] = await ctx.query<Row[]>((knex) => knex.select(knex.raw(text)));
    const { version, ...digests } = row ?? {};
    const digest = createHash('sha256').update(JSON.stringify(digests)).digest('base64url');
    return `${integer(version)}:${digest}`;
  };
}

function versionSql({ db, dialect, tables }: StoreContext): string {
  const digest = (columns: readonly string[], { quoted }: { quoted: string }): string =>
    `(select ${rowsDigest(dialect.name, columns.map(dialect.quote))} from ${quoted})`;
  const subscriptions = subscriptionTable(db);
  return [
    `(select version from ${tables.directory.quoted} where name = '${NAME}') as version`,
    `${digest(settingColumns(db, 'topic', []), tables.topic)} as topics`,
    `${digest(settingColumns(db, 'endpoint', CONDITION), tables.endpoint)} as endpoints`,
    `${digest(subscriptions.columns, subscriptions)} as subscriptions`,
  ].join(', ');
}

export async function bumpDirectory(
  { tables }: StoreContext,
  trx: Knex.Transaction
): Promise<void> {
  const increment = () => trx(tables.directory.name).where({ name: NAME }).increment('version', 1);
  if ((await increment()) > 0) return;
  // First change ever. Another node may be inserting too; the unique name lets one row in.
  await trx(tables.directory.name).insert({ name: NAME, version: 0 }).onConflict('name').ignore();
  await increment();
}
