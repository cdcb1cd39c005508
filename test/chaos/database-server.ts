/**
 * The database server of a campaign, one of its own: it is restarted in the middle. PostgreSQL comes
 * with the development dependencies; MariaDB must be installed. SQLite has none.
 */
import type { DatabaseKind } from '../support/databases';
import type { RestartableServer } from '../../scripts/lib/postgres.mjs';

export type DatabaseServer = RestartableServer;

/** @throws where MariaDB is not installed. */
export async function startDatabaseServer(kind: DatabaseKind): Promise<DatabaseServer | null> {
  switch (kind) {
    case 'sqlite':
      return null;
    case 'postgres': {
      const { startPostgres } = await import('../../scripts/lib/postgres.mjs');
      return startPostgres({ survivesCrash: true });
    }
    case 'mysql': {
      const { findMariadb, startMariadb } = await import('../../scripts/lib/mariadb.mjs');
      if (findMariadb() === undefined) {
        throw new Error('chaos on MySQL needs a MariaDB server of its own: install mariadb-server');
      }
      return startMariadb();
    }
  }
}
