/** Completes what Strapi's schema sync has created, before anything is captured or delivered. */
import type { Core } from '@strapi/strapi';

import type { Log } from '../../delivery/loop/ports';
import { upgradeCharacterSets } from './character-sets';
import { createMissingIndexes, dropObsoleteIndexes } from './indexes';
import { leaveRoomForUpdates } from './fill-factor';
import { dropObsoleteColumns } from './obsolete-columns';
import { readTables } from './tables';
import { widenIds } from './wide-ids';

export async function prepareTables(db: Core.Strapi['db'], log: Log): Promise<void> {
  const tables = readTables(db);
  if (db.dialect.client === 'mysql') await upgradeCharacterSets(db.connection, tables, log);
  if (db.dialect.client === 'postgres') await leaveRoomForUpdates(db.connection, tables);
  await widenIds(db);
  await dropObsoleteIndexes(db);
  await dropObsoleteColumns(db);
  await createMissingIndexes(db);
}
