/**
 * A number that every change of a topic or endpoint increments in its own transaction, so that
 * other nodes notice changes by one small read.
 */
import type { Knex } from 'knex';

import type { StoreContext } from '../sql/context';
import type { DirectoryStore } from '../types';
import { integer, type Row } from '../sql/rows';

/** The table's only row. */
const NAME = 'directory';

export function createDirectoryVersion(ctx: StoreContext): DirectoryStore['directoryVersion'] {
  return async () => {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.directory.name).select('version').where({ name: NAME })
    );
    return String(integer(rows[0]?.version));
  };
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
