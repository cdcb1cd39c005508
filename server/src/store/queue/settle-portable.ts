/**
 * Settling on SQLite and MySQL: locks the rows that are still leased, updates them, records their
 * attempts.
 *
 * The state of a canceled message is computed here rather than by CASE in the UPDATE, because MySQL
 * evaluates assignments in order, and `state` would already be the new one.
 */
import type { MessageState, Settled } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import type { Values } from '../sql/dialect';
import { insertRows } from './insert-rows';
import { integer, integerOrNull, text, textOrNull, type Row } from '../sql/rows';
import { ATTEMPT_COLUMNS, type Columns } from '../sql/tables';
import { attemptValues, SETTLEMENT_COLUMNS, settlementValues } from '../sql/values';

const UPDATE_COLUMNS = {
  ...SETTLEMENT_COLUMNS,
  lane: 'text',
  outcome: 'text',
  status: 'integer',
  error: 'text',
  started_at: 'bigint',
  duration_ms: 'integer',
} as const satisfies Columns;

const ASSIGNMENTS = {
  state: 's.state',
  due_at: 's.due_at',
  lane: 's.lane',
  not_before: 's.not_before',
  retried: 's.retried',
  finished_at: 's.finished_at',
  dlq_id: 's.dlq_id',
  lease_token: 'null',
  attempts: 'm.attempts + 1',
  last_outcome: 's.outcome',
  last_status: 's.status',
  last_error: 's.error',
  last_attempt_at: 's.started_at',
  last_duration_ms: 's.duration_ms',
};

/** Row ids of the messages still leased to this process, and their new state. */
export type States = ReadonlyMap<number, MessageState>;

export function settlePortable(ctx: StoreContext, group: readonly Settled[]): Promise<States> {
  return ctx.transaction(async (trx) => {
    const { dialect, tables } = ctx;
    const query = dialect
      .byId(trx, tables.message)
      .select('id', 'lease_token', 'state', 'lane', 'not_before', 'retried', 'finished_at')
      .whereIn(
        'id',
        group.map(({ message }) => message.id)
      )
      .orderBy('id');
    const found = (await dialect.lock(query, 'wait')) as Row[];
    const current = new Map(found.map((row) => [integer(row.id), row]));
    const ours = group.filter(
      ({ message }) => textOrNull(current.get(message.id)?.lease_token) === message.leaseToken
    );
    if (ours.length === 0) return new Map();

    const rows = ours.map((settled) =>
      updateValues(settled, current.get(settled.message.id) ?? {})
    );
    const { sql, bindings } = dialect.updateFrom(
      tables.message,
      dialect.rowset(UPDATE_COLUMNS, rows),
      ASSIGNMENTS
    );
    await trx.raw(sql, bindings);
    await insertRows(
      ctx,
      trx,
      { table: tables.attempt, columns: ATTEMPT_COLUMNS },
      ours.map(({ message, attempt }) => attemptValues(message.id, attempt))
    );
    return new Map(rows.map((row) => [integer(row.row_id), text(row.state) as MessageState]));
  });
}

function updateValues(settled: Settled, current: Row): Values {
  const attempt = attemptValues(settled.message.id, settled.attempt);
  const next = settlementValues(settled);
  const keptCanceled = text(current.state) === 'canceled' && next.state !== 'delivered';
  return {
    ...next,
    lane: next.state === 'pending' ? (next.held_lane ?? textOrNull(current.lane)) : null,
    ...(keptCanceled && {
      state: 'canceled',
      due_at: null,
      lane: null,
      not_before: integerOrNull(current.not_before),
      retried: integer(current.retried),
      finished_at: integerOrNull(current.finished_at),
      dlq_id: null,
    }),
    outcome: attempt.outcome,
    status: attempt.status,
    error: attempt.error,
    started_at: attempt.started_at,
    duration_ms: attempt.duration_ms,
  };
}
