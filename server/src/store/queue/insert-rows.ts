/**
 * Inserts many rows by one statement and returns their ids.
 *
 * Ids are mapped back by a unique column that the caller filled, never by position: SQLite does not
 * guarantee the order of RETURNING, and MySQL, which lacks it, reports the first id only. The
 * others follow by `auto_increment_increment`, which is not 1 on a Galera cluster.
 */
import type { Knex } from 'knex';

import type { StoreContext } from '../sql/context';
import type { Dialect } from '../sql/dialect';
import { integer, rowsOf, text } from '../sql/rows';
import type { Columns, Table, Values } from '../sql/tables';

/**
 * Bytes of one statement. Even with every character escaped below MariaDB's default
 * `max_allowed_packet`, 16 MiB.
 */
const MAX_STATEMENT_BYTES = 4_194_304;

export interface Target {
  table: Table;
  columns: Columns;
  /** Unique column for mapping ids back; absent when the ids are not needed. */
  key?: string;
}

/** @returns key → id, empty without a key. */
export async function insertRows(
  ctx: StoreContext,
  trx: Knex.Transaction,
  target: Target,
  rows: readonly Values[]
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const batch of batches(rows)) {
    for (const row of await insertBatch(ctx.dialect, trx, target, batch)) {
      ids.set(text(row[target.key ?? '']), integer(row.id));
    }
  }
  return ids;
}

async function insertBatch(
  dialect: Dialect,
  trx: Knex.Transaction,
  { table, columns, key }: Target,
  rows: readonly Values[]
) {
  if (dialect.returning) {
    const names = Object.keys(columns).map((name) => dialect.quote(name));
    const source = dialect.rowset(columns, rows);
    const returning = key === undefined ? '' : ` returning id, ${dialect.quote(key)}`;
    const sql = `insert into ${table.quoted} (${names.join(', ')}) select ${names.join(', ')} from ${source.sql}${returning}`;
    const result: unknown = await trx.raw(sql, source.bindings);
    return key === undefined ? [] : rowsOf(result);
  }
  const [firstId] = await trx(table.name).insert([...rows]);
  if (key === undefined) return [];
  const [row, ...others] = rows;
  if (row !== undefined && others.length === 0) return [{ id: firstId, [key]: row[key] }];
  const keys = rows.map((row) => row[key] ?? null);
  return (await trx(table.name).select('id', key).whereIn(key, keys)) as Record<string, unknown>[];
}

/** Usually one batch; several only for bodies near the size limit. */
function batches(rows: readonly Values[]): Values[][] {
  const result: Values[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const size = sizeOf(row);
    if (bytes + size > MAX_STATEMENT_BYTES) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(row);
    bytes += size;
  }
  return result;
}

function sizeOf(row: Values): number {
  return Object.values(row).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 8),
    0
  );
}
