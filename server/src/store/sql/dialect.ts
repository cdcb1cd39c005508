/**
 * Facts about the databases Strapi runs on, each with its reason. Everything that differs between
 * them in the SQL of `store/` is decided by this table.
 *
 *                        sqlite               postgres             mysql (and MariaDB)
 * rows from parameters   json_each            unnest               UNION ALL of SELECTs
 * INSERT … RETURNING     yes                  yes                  no: MySQL 8 has none
 * UPDATE from rows       UPDATE … FROM        UPDATE … FROM        UPDATE … STRAIGHT_JOIN
 * a range, with LIMIT    as planned           as planned           FORCE INDEX, or from its first entry on
 * row locks              none: one writer     FOR UPDATE           FOR UPDATE, by primary key only
 * SKIP LOCKED            –                    yes                  MySQL ≥ 8.0.1, MariaDB ≥ 10.6
 * its clock, in ms       julianday            clock_timestamp      UNIX_TIMESTAMP() + MICROSECOND
 */
import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

import { arraysOf, unnested } from './postgres-arrays';
import type { Columns, Table, Values } from './tables';

export interface Sql {
  sql: string;
  bindings: Knex.RawBinding[];
}

export interface Dialect {
  name: 'sqlite' | 'postgres' | 'mysql';
  /** INSERT and UPDATE can return rows. */
  returning: boolean;
  quote(column: string): string;
  /** Current server clock, epoch ms, rather than the start of the transaction. */
  clock: string;
  /** The rows as a table expression named `s`. */
  rowset(columns: Columns, rows: readonly Values[]): Sql;
  /** Updates `table` (named `m`) from a rowset (named `s`) where `m.id = s.row_id`. */
  updateFrom(table: Table, rows: Sql, set: Readonly<Record<string, string>>): Sql;
  /** Table for statements that name rows by id, forced to use the primary key. */
  byId(knex: Knex, table: Table): Knex.QueryBuilder;
  /** Deletes rows by id, forced to use the primary key. */
  deleteById(trx: Knex.Transaction, table: Table, ids: readonly number[]): Promise<number>;
  /** Table for a statement that reads a range of this index in order, up to a limit. */
  byIndex(knex: Knex, table: Table, index: string): Knex.QueryBuilder;
  /** Locks the rows of a SELECT. Waits for rows locked by others, or skips them. */
  lock(query: Knex.QueryBuilder, others: 'wait' | 'skip'): Knex.QueryBuilder;
  /** Another transaction was in the way and this one was rolled back; a retry may succeed. */
  isContention(error: unknown): boolean;
  isUniqueViolation(error: unknown): boolean;
  /** A pooler gave the statement to a connection that does not know it. */
  isUnprepared(error: unknown): boolean;
  /** The database refused a value: an unknown character, too long, too large or out of range. */
  isUnstorable(error: unknown): boolean;
  /**
   * Feature that this server lacks, for the operator; null when it has all. Known once connected.
   */
  limitation(): string | null;
}

interface DriverError {
  code?: unknown;
  errno?: unknown;
}

const codeOf = (error: unknown): unknown => (error as DriverError | null)?.code;
const errnoOf = (error: unknown): unknown => (error as DriverError | null)?.errno;
const backquoted = (name: string): string => `\`${name}\``;
const doubleQuoted = (name: string): string => `"${name}"`;

function updateWithFrom(quote: (name: string) => string): Dialect['updateFrom'] {
  return (table, rows, set) => {
    const assignments = Object.entries(set).map(([column, value]) => `${quote(column)} = ${value}`);
    return {
      sql: `update ${table.quoted} as m set ${assignments.join(', ')} from ${rows.sql} where m.id = s.row_id`,
      bindings: rows.bindings,
    };
  };
}

const byId: Dialect['byId'] = (knex, table) => knex(table.name);
const byIndex: Dialect['byIndex'] = (knex, table) => knex(table.name);
const deleteById: Dialect['deleteById'] = (trx, table, ids) =>
  trx(table.name)
    .whereIn('id', [...ids])
    .delete();

const postgres: Dialect = {
  name: 'postgres',
  returning: true,
  quote: doubleQuoted,
  clock: 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint',
  rowset: (columns, rows) => ({
    sql: `${unnested(columns)} as s(${Object.keys(columns).map(doubleQuoted).join(', ')})`,
    bindings: arraysOf(columns, rows),
  }),
  updateFrom: updateWithFrom(doubleQuoted),
  byId,
  deleteById,
  byIndex,
  lock: (query, others) => (others === 'skip' ? query.forUpdate().skipLocked() : query.forUpdate()),
  isContention: (error) => codeOf(error) === '40P01' || codeOf(error) === '40001',
  isUniqueViolation: (error) => codeOf(error) === '23505',
  isUnprepared: (error) => codeOf(error) === '26000' || codeOf(error) === '42P05',
  // Class 22: data exceptions. Class 54: a limit of the server was exceeded.
  isUnstorable: (error) => /^(22|54)...$/.test(String(codeOf(error))),
  limitation: () => null,
};

const sqlite: Dialect = {
  name: 'sqlite',
  returning: true,
  quote: doubleQuoted,
  clock: "cast((julianday('now') - 2440587.5) * 86400000 as integer)",
  // As on PostgreSQL. A compound SELECT would be limited to 500 rows.
  rowset(columns, rows) {
    const list = Object.keys(columns).map(
      (name) => `json_extract(value, '$.${name}') as ${doubleQuoted(name)}`
    );
    return {
      sql: `(select ${list.join(', ')} from json_each(?)) as s`,
      bindings: [JSON.stringify(rows)],
    };
  },
  updateFrom: updateWithFrom(doubleQuoted),
  byId,
  deleteById,
  byIndex,
  lock: (query) => query,
  isContention(error) {
    const code = codeOf(error);
    // Only when several processes share the file; one process has a single connection.
    return typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code);
  },
  isUniqueViolation: (error) => codeOf(error) === 'SQLITE_CONSTRAINT_UNIQUE',
  isUnprepared: () => false,
  isUnstorable: (error) => /^SQLITE_(TOOBIG|MISMATCH)$/.test(String(codeOf(error))),
  limitation: () => null,
};

const NO_SKIP_LOCKED =
  'this database server has no SKIP LOCKED (MySQL 8.0.1, MariaDB 10.6): nodes that claim at the same ' +
  'time wait for each other. Nothing is sent twice for it, but several workers are no faster than one';

/**
 * ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT, and ER_CHECKREAD, MariaDB's error for a stale snapshot.
 */
const MYSQL_CONTENTION = new Set<unknown>([1213, 1205, 1020]);
const MYSQL_DUPLICATE = 1062;

/**
 * Packet too large; row too large; out of range; invalid string for a character set; mixed collations (three);
 * incorrect string value; data too long; a conversion between character sets (two).
 */
const MYSQL_UNSTORABLE = new Set<unknown>([
  1153, 1118, 1264, 1300, 1267, 1270, 1271, 1366, 1406, 3854, 3988,
]);

/**
 * JSON_TABLE does not fit: its texts have their own collation, which does not mix with the
 * columns', and MariaDB before 10.6 lacks it. Literals take the collation of the compared column.
 */
const mysqlRowset: Dialect['rowset'] = (columns, rows) => {
  const names = Object.keys(columns);
  const first = names.map((name) => `? as ${backquoted(name)}`).join(', ');
  const next = names.map(() => '?').join(', ');
  if (rows.length === 0) {
    return {
      sql: `(select ${first} from dual where false) as s`,
      bindings: names.map(() => null),
    };
  }
  const selects = rows.map((_, index) => `select ${index === 0 ? first : next}`);
  return {
    sql: `(${selects.join(' union all ')}) as s`,
    bindings: rows.flatMap((row) => names.map((name) => row[name] ?? null)),
  };
};

function mysql(skipLocked: () => boolean): Dialect {
  return {
    name: 'mysql',
    returning: false,
    quote: backquoted,
    // UNIX_TIMESTAMP(NOW(3)) depends on the session's time zone, in which an hour repeats once a
    // year.
    clock: 'unix_timestamp() * 1000 + microsecond(now(3)) div 1000',
    rowset: mysqlRowset,
    // STRAIGHT_JOIN reads the rows first, then each message by its primary key. The optimizer might
    // otherwise scan, and lock, the whole table.
    updateFrom(table, rows, set) {
      const assignments = Object.entries(set).map(
        ([column, value]) => `m.${backquoted(column)} = ${value}`
      );
      return {
        sql: `update ${rows.sql} straight_join ${table.quoted} as m on m.id = s.row_id set ${assignments.join(', ')}`,
        bindings: rows.bindings,
      };
    },
    // Through the primary key, a lock covers the row alone. Through another index or a scan it also
    // covers the gaps beside it, and inserts wait.
    byId: (knex, { name }) => knex(knex.raw('?? force index (primary)', [name])),
    // Joins like an update. `where id in (…)` scans, and locks, a small table whatever the hint,
    // and inserts would wait for retention.
    async deleteById(trx, { quoted }, ids) {
      const rows = mysqlRowset(
        { row_id: 'integer' },
        ids.map((id) => ({ row_id: id }))
      );
      const [{ affectedRows }] = (await trx.raw(
        `delete m from ${rows.sql} straight_join ${quoted} as m on m.id = s.row_id`,
        rows.bindings
      )) as [{ affectedRows: number }];
      return affectedRows;
    },
    // With a LIMIT, MySQL (not MariaDB) prefers to read an index from its first entry: over every
    // finished row, whose keys are null and come first.
    byIndex: (knex, { name }, index) => knex(knex.raw('?? force index (??)', [name, index])),
    lock: (query, others) =>
      others === 'skip' && skipLocked() ? query.forUpdate().skipLocked() : query.forUpdate(),
    isContention: (error) => MYSQL_CONTENTION.has(errnoOf(error)),
    isUniqueViolation: (error) => errnoOf(error) === MYSQL_DUPLICATE,
    isUnprepared: () => false,
    isUnstorable: (error) => MYSQL_UNSTORABLE.has(errnoOf(error)),
    limitation: () => (skipLocked() ? null : NO_SKIP_LOCKED),
  };
}

/** The server as Strapi read it when it connected; null before. */
interface MysqlInfo {
  database: string | null;
  version: string | null;
}

/**
 * Without SKIP LOCKED a claim waits for another node's claim and then finds the rows taken: slower,
 * but correct.
 */
function mysqlSkipsLocked(info: MysqlInfo | null): boolean {
  const [major = 0, minor = 0, patch = 0] = (info?.version ?? '').split('.').map(Number);
  const [needMajor, needMinor, needPatch] = info?.database === 'mariadb' ? [10, 6, 0] : [8, 0, 1];
  if (major !== needMajor) return major > needMajor;
  return minor !== needMinor ? minor > needMinor : patch >= needPatch;
}

export function dialectOf(db: Core.Strapi['db']): Dialect {
  const { client } = db.dialect;
  switch (client) {
    case 'postgres':
      return postgres;
    case 'sqlite':
      return sqlite;
    case 'mysql':
      return mysql(() => mysqlSkipsLocked((db.dialect as unknown as { info: MysqlInfo }).info));
    default:
      throw new Error(`guaranteed-webhooks does not know the database "${client}"`);
  }
}
