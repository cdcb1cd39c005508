/**
 * The database server of a campaign, one of its own: it is restarted in the middle. PostgreSQL comes
 * with the development dependencies; MariaDB or MySQL is the system's, where it is installed. SQLite has none.
 */
import type { DatabaseKind } from '../support/databases';
import type { RestartableServer } from '../../scripts/lib/postgres.mjs';

export type DatabaseServer = RestartableServer;

/** @returns null where there is none to restart: the campaign then takes the server the environment names. */
export async function startDatabaseServer(kind: DatabaseKind): Promise<DatabaseServer | null> {
  switch (kind) {
    case 'sqlite':
      return null;
    case 'postgres': {
      const { startPostgres } = await import('../../scripts/lib/postgres.mjs');
      return startPostgres({ survivesCrash: true });
    }
    case 'mysql': {
      const { findMysql, startMysql } = await import('../../scripts/lib/mysql.mjs');
      const program = findMysql();
      return program === undefined ? null : startMysql(program);
    }
  }
}
