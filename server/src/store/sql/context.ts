/**
 * Context of every statement of the store: Strapi's database, its dialect and the plugin's tables.
 *
 * Statements join the caller's open transaction. Otherwise they would wait forever on SQLite, where
 * the transaction holds the only connection, and elsewhere commit what the caller may still roll
 * back.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

import { confirmedTransaction } from '../../host/confirmed-transaction';
import type { HealthPolicy } from '../../core/health/breaker';
import type { Log } from '../../delivery/loop/ports';
import { dialectOf, type Dialect } from './dialect';
import { answered } from './silence';
import { joinOnHandle, runOnHandle, type Handle } from './sqlite-handle';
import { readTables, type Tables } from './tables';

/** After this many lost conflicts, another try is unlikely to help. */
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
  /** When an endpoint counts as unhealthy, and when it is disabled. */
  health: HealthPolicy;
}

export interface StoreContext extends StoreDependencies {
  dialect: Dialect;
  tables: Tables;
  /**
   * Runs the work in the caller's transaction, or in a new one. A new one is retried after a
   * conflict (deadlock, busy), so the work must not depend on results of an earlier try.
   */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /**
   * Calls back after the open transaction has committed; never if it rolls back. At once without one.
   */
  afterCommit(callback: () => void): Promise<void>;
  /** Runs a single statement: in the caller's transaction, or without one. */
  query<T>(work: (knex: Knex) => Promise<T>): Promise<T>;
  /** The same for a statement whose text does not vary: PostgreSQL parses and plans it once. */
  prepared(sql: string, bindings: Knex.RawBinding[]): Promise<unknown>;
  /** On SQLite: runs statements on the driver, in the caller's transaction or in a new one. */
  onHandle<T>(work: (handle: Handle) => T): Promise<T>;
}

export function createContext(deps: StoreDependencies): StoreContext {
  const { db, log } = deps;
  const dialect = dialectOf(db);
  let tables: Tables | undefined;
  /** Names of the prepared statements by text. Null behind a pooler that cannot have any. */
  let names: Map<string, string> | null = new Map();

  function nameOf(sql: string): string | undefined {
    if (names === null) return undefined;
    const known = names.get(sql);
    if (known !== undefined) return known;
    // The text decides: through a pooler, two versions of the plugin may share a connection.
    const name = `gw_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
    names.set(sql, name);
    return name;
  }

  const join = async <T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
    confirmedTransaction(db, ({ trx }) => work(trx as unknown as Knex.Transaction));

  async function again<T>(run: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await answered(run());
        // The driver of SQLite answers at once. Without a turn of the event loop, statements that follow each
        // other would keep everything else waiting until the last.
        if (dialect.name === 'sqlite') await nextTurn();
        return result;
      } catch (error) {
        if (tries === MAX_TRIES) throw error;
        if (names !== null && dialect.isUnprepared(error)) {
          names = null;
          continue;
        }
        if (!dialect.isContention(error)) throw error;
        log.debug(`a transaction gave way to another (${(error as Error).message}); trying again`);
      }
    }
  }

  const query: StoreContext['query'] = (work) =>
    db.inTransaction() ? join(work) : again(() => work(db.connection));

  /** Tables are known once the database is up. Logs the server's limitation then. */
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
      if (!db.inTransaction()) return callback();
      await db.transaction(({ onCommit }: { onCommit: (callback: () => void) => void }) => {
        onCommit(callback);
      });
    },
    query,
    prepared: (sql, bindings) =>
      query((knex) => {
        const name = nameOf(sql);
        const statement = knex.raw(sql, bindings);
        return name === undefined ? statement : statement.options({ name });
      }),
    onHandle: (work) =>
      db.inTransaction()
        ? join((trx) => joinOnHandle(db, trx, work))
        : again(() => runOnHandle(db, work)),
  };
}
