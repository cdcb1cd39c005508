/** Completes what Strapi's schema sync has created, before anything is captured or delivered. */
import type { Core } from '@strapi/strapi';

import type { Log } from '../../delivery/loop/ports';
import { upgradeCharacterSets } from './character-sets';
import { createMissingIndexes } from './indexes';
import { readTables } from './tables';

export async function prepareTables(db: Core.Strapi['db'], log: Log): Promise<void> {
  if (db.dialect.client === 'mysql') await upgradeCharacterSets(db.connection, readTables(db), log);
  await createMissingIndexes(db);
}
