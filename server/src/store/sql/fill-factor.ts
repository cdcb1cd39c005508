/**
 * Leaves room in the pages of tables whose rows are updated without a change to an index: PostgreSQL
 * then puts the new version of a row on the same page, and writes to no index.
 */
import type { Knex } from 'knex';

import { rowsOf } from './rows';
import type { Tables } from './tables';

const PERCENT = 70;

export async function leaveRoomForUpdates(knex: Knex, tables: Tables): Promise<void> {
  for (const { quoted } of [tables.outbox, tables.message]) {
    const [row] = rowsOf(
      await knex.raw('select reloptions::text as options from pg_class where oid = ?::regclass', [
        quoted,
      ])
    );
    if (String(row?.options).includes('fillfactor')) continue;
    await knex.raw(`alter table ${quoted} set (fillfactor = ${PERCENT})`);
  }
}
