/** Puts messages into the outbox, and takes them out. */
import type { Knex } from 'knex';

import { gateOf } from '../gates/gate-place';
import type { StoreContext } from '../sql/context';
import { integer, type Row } from '../sql/rows';
import { OUTBOX_COLUMNS, type Values } from '../sql/tables';
import { insertRows } from './insert-rows';

/** A message that waits to be sent. */
export interface Waiting {
  id: number;
  lane: string;
  dueAt: number;
  /** Order within the lane. */
  place: number;
  endpointId: number | null;
  flowKeyId: number | null;
  started: boolean;
  orderKey: string | null;
}

/** Whether a row is leased to nobody at an instant: a condition with one binding for `now`. */
export const unleased = (alias = ''): string => {
  const column = `${alias}${alias && '.'}leased_until`;
  return `(${column} is null or ${column} <= ?)`;
};

export const outboxValues = (waiting: Waiting): Values => ({
  id: waiting.id,
  lane: waiting.lane,
  gated: gateOf(waiting.lane) === null ? 0 : 1,
  admitted: 0,
  due_at: waiting.dueAt,
  place: waiting.place,
  endpoint_id: waiting.endpointId,
  flow_key_id: waiting.flowKeyId,
  started: waiting.started ? 1 : 0,
  order_key: waiting.orderKey,
});

export async function putInOutbox(
  ctx: StoreContext,
  trx: Knex.Transaction,
  waiting: readonly Waiting[]
): Promise<void> {
  await insertRows(
    ctx,
    trx,
    { table: ctx.tables.outbox, columns: OUTBOX_COLUMNS },
    waiting.map(outboxValues)
  );
}

/**
 * Locks those of these messages that are in the outbox, in order of their ids.
 *
 * MySQL would lock the gap where a missing row would be, and inserts would wait: so it is asked first
 * which ones are there.
 */
export async function lockInOutbox(
  ctx: StoreContext,
  trx: Knex.Transaction,
  ids: readonly number[],
  columns: readonly string[]
): Promise<Row[]> {
  const { dialect, tables } = ctx;
  const among = (some: readonly number[]): Knex.QueryBuilder =>
    dialect
      .byId(trx, tables.outbox)
      .whereIn('id', [...some])
      .orderBy('id');
  let there = ids;
  if (dialect.name === 'mysql') {
    const found: Row[] = await among(ids).select<Row[]>('id');
    there = found.map((row) => integer(row.id));
  }
  if (there.length === 0) return [];
  return (await dialect.lock(among(there).select('id', ...columns), 'wait')) as Row[];
}
