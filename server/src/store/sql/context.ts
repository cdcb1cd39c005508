/**
 * What every statement of the store is run with: Strapi's database, its dialect and our tables.
 *
 * Both ways of running join the transaction that is open in the caller's context. A statement that
 * did not would wait for ever on SQLite, where the transaction has the only connection, and
 * elsewhere would commit what the caller may yet roll back.
 */
import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

import { confirmedTransaction } from '../../host/confirmed-transaction';
import type { HealthPolicy } from '../../core/health/breaker';
import type { Log } from '../../delivery/loop/ports';
import { dialectOf, type Dialect } from './dialect';
import { answered } from './silence';
import { readTables, type Tables } from './tables';
import type { EndpointChange } from '../types';

/** A transaction that loses against others so often has a problem that another try will not solve. */
const MAX_TRIES = 5;

export interface Crypt {
  encrypt(text: string): string;
  /** Throws when the text was encrypted with another key. */
  decrypt(text: string): string;
}

export interface StoreDependencies {
  db: Core.Strapi['db'];
  crypt: Crypt;
  log: Log;
  /** When an endpoint counts as ill, or as lost. */
  health?: HealthPolicy;
  /** Called within the transaction that changes them. */
  onEndpointChanges?: (changes: readonly EndpointChange[]) => Promise<void>;
}

export interface StoreContext extends StoreDependencies {
  dialect: Dialect;
  tables: Tables;
  /**
   * Runs the work in the caller's transaction, or in one of its own. In its own it is run again when
   * it lost against another transaction (deadlock, busy), so it must compute everything afresh.
   */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /** Calls back when the transaction that is open has committed, and not if it rolls back. */
  afterCommit(callback: () => void): Promise<void>;
  /** Runs a single statement: in the caller's transaction, or without one. */
  query<T>(work: (knex: Knex) => Promise<T>): Promise<T>;
}

export function createContext(deps: StoreDependencies): StoreContext {
  const { db, log } = deps;
  const dialect = dialectOf(db);
  let tables: Tables | undefined;

  const join = async <T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
    confirmedTransaction(db, ({ trx }) => work(trx as unknown as Knex.Transaction));

  async function again<T>(run: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await answered(run());
      } catch (error) {
        if (tries === MAX_TRIES || !dialect.isContention(error)) throw error;
        log.debug(`a transaction gave way to another (${(error as Error).message}); trying again`);
      }
    }
  }

  /** When the database is up; what it lacks is known then, too. */
  function firstTables(): Tables {
    const limitation = dialect.limitation();
    if (limitation !== null) log.warn(limitation);
    return readTables(db);
  }

  return {
    ...deps,
    dialect,
    get tables() {
      tables ??= firstTables();
      return tables;
    },
    transaction: (work) => (db.inTransaction() ? join(work) : again(() => join(work))),
    async afterCommit(callback) {
      await db.transaction(({ onCommit }: { onCommit: (callback: () => void) => void }) => {
        onCommit(callback);
      });
    },
    query: (work) => (db.inTransaction() ? join(work) : again(() => work(db.connection))),
  };
}
