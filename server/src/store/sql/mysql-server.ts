/** Which server it is: MySQL or MariaDB, and its version. Known once Strapi has connected. */
import type { Core } from '@strapi/strapi';

interface Info {
  database: string | null;
  version: string | null;
}

const infoOf = ({ dialect }: Core.Strapi['db']): Info | null =>
  (dialect as unknown as { info: Info | null }).info;

export const isMariaDb = (db: Core.Strapi['db']): boolean => infoOf(db)?.database === 'mariadb';

/**
 * Without SKIP LOCKED a claim waits for another node's claim and then finds the rows taken: slower,
 * but correct.
 */
export function skipsLocked(db: Core.Strapi['db']): boolean {
  const [major = 0, minor = 0, patch = 0] = (infoOf(db)?.version ?? '').split('.').map(Number);
  const [needMajor, needMinor, needPatch] = isMariaDb(db) ? [10, 6, 0] : [8, 0, 1];
  if (major !== needMajor) return major > needMajor;
  return minor !== needMinor ? minor > needMinor : patch >= needPatch;
}
