/**
 * SQLite's driver without the query builder: prepared statements, run one after another in one turn of
 * the event loop. The connection is Strapi's own, so there is still one writer.
 */
import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

type Row = Record<string, unknown>;
export type Bound = string | number | null;

interface Statement {
  run(...values: Bound[]): { changes: number; lastInsertRowid: number | bigint };
  get(...values: Bound[]): Row | undefined;
  all(...values: Bound[]): Row[];
  columns(): { name: string }[];
  /** Returns arrays from now on. */
  raw(on: true): { get(...values: Bound[]): unknown[] | undefined };
}

type WideStatement = Pick<Statement, 'get'>;

/** A connection of better-sqlite3. */
interface Connection {
  inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
}

interface Client {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
}

export interface Handle {
  /** The statement, prepared once for each connection. */
  prepare(sql: string): Statement;
  /** Reads rows of many columns, for which the driver takes twice as long as for arrays. */
  prepareWide(sql: string): WideStatement;
}

/** SQLite has no booleans. */
export const bound = (value: string | number | boolean | null | undefined): Bound =>
  typeof value === 'boolean' ? Number(value) : (value ?? null);

const prepared = new WeakMap<Connection, Map<string, Statement>>();
const preparedWide = new WeakMap<Connection, Map<string, WideStatement>>();

function wide(statement: Statement): WideStatement {
  const names = statement.columns().map(({ name }) => name);
  const empty: Row = Object.fromEntries(names.map((name) => [name, null]));
  const arrays = statement.raw(true);
  return {
    get(...values) {
      const found = arrays.get(...values);
      if (found === undefined) return undefined;
      const row = { ...empty };
      names.forEach((name, column) => {
        if (found[column] !== null) row[name] = found[column];
      });
      return row;
    },
  };
}

function handleOf(connection: Connection, onStatement: (sql: string) => void): Handle {
  /** Keeps what is made of a statement's text. */
  const keep =
    <T>(kept: WeakMap<Connection, Map<string, T>>, make: (sql: string) => T) =>
    (sql: string): T => {
      onStatement(sql);
      const known = kept.get(connection) ?? new Map<string, T>();
      kept.set(connection, known);
      const made = known.get(sql) ?? make(sql);
      known.set(sql, made);
      return made;
    };
  return {
    prepare: keep(prepared, (sql) => connection.prepare(sql)),
    prepareWide: keep(preparedWide, (sql) => wide(connection.prepare(sql))),
  };
}

/** Listeners of knex's `query` event also hear of these statements. */
function announcer({ connection }: Core.Strapi['db']): (sql: string) => void {
  const emitter = connection as unknown as NodeJS.EventEmitter;
  if (emitter.listenerCount('query') === 0) return () => undefined;
  return (sql) => emitter.emit('query', { method: 'raw', sql, bindings: [] });
}

/** Runs the work in a transaction that is already open. */
export async function joinOnHandle<T>(
  db: Core.Strapi['db'],
  trx: Knex.Transaction,
  work: (handle: Handle) => T
): Promise<T> {
  const connection = await (trx.client as unknown as Client).acquireConnection();
  return work(handleOf(connection, announcer(db)));
}

/** Runs the work in a transaction of its own, which takes the write lock at once. */
export async function runOnHandle<T>(
  db: Core.Strapi['db'],
  work: (handle: Handle) => T
): Promise<T> {
  const client = db.connection.client as Client;
  const connection = await client.acquireConnection();
  try {
    connection.exec('begin immediate');
    const result = work(handleOf(connection, announcer(db)));
    connection.exec('commit');
    return result;
  } catch (error) {
    if (connection.inTransaction) connection.exec('rollback');
    throw error;
  } finally {
    await client.releaseConnection(connection);
  }
}
