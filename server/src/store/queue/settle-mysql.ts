/** Settling on MySQL: locks the outbox rows that are still leased, moves them on, records the attempts. */
import type { Settled } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { insertRows } from './insert-rows';
import { lockInOutbox } from './outbox';
import { integer, textOrNull } from '../sql/rows';
import { ATTEMPT_COLUMNS, UNDELIVERED_COLUMNS, type Columns, type Values } from '../sql/tables';
import { attemptValues, SETTLEMENT_COLUMNS, settlementValues } from '../sql/values';

const UPDATE_COLUMNS = {
  ...SETTLEMENT_COLUMNS,
  outcome: 'text',
  status: 'integer',
  error: 'text',
  started_at: 'bigint',
  duration_ms: 'integer',
} as const satisfies Columns;

const OF_MESSAGE = {
  state: 's.state',
  not_before: 's.not_before',
  retried: 's.retried',
  finished_at: 's.finished_at',
  dlq_id: 's.dlq_id',
  attempts: 'm.attempts + 1',
  last_outcome: 's.outcome',
  last_status: 's.status',
  last_error: 's.error',
  last_attempt_at: 's.started_at',
  last_duration_ms: 's.duration_ms',
};

const OF_OUTBOX = {
  lease_token: 'null',
  leased_until: 'null',
  admitted: '0',
  started: '1',
  due_at: 's.not_before',
  place: 's.place',
  lane: 'coalesce(s.held_lane, m.lane)',
};

export function settleMysql(ctx: StoreContext, group: readonly Settled[]): Promise<Set<number>> {
  return ctx.transaction(async (trx) => {
    const { dialect, tables } = ctx;
    const ids = group.map(({ message }) => message.id);
    const locked = await lockInOutbox(ctx, trx, ids, ['lease_token']);
    const tokens = new Map(locked.map((row) => [integer(row.id), textOrNull(row.lease_token)]));
    const ours = group.filter(({ message }) => tokens.get(message.id) === message.leaseToken);
    if (ours.length === 0) return new Set();

    const attempts = ours.map(({ message, attempt }) => attemptValues(message.id, attempt));
    const rows = ours.map((settled, index): Values & { state: unknown; row_id: unknown } => {
      const { outcome, status, error, started_at, duration_ms } = attempts[index] ?? {};
      const last = { outcome, status, error, started_at, duration_ms } as Values;
      return { ...settlementValues(settled), ...last };
    });
    const update = async (
      table: typeof tables.message,
      some: Values[],
      set: typeof OF_OUTBOX | typeof OF_MESSAGE
    ) => {
      if (some.length === 0) return;
      const { sql, bindings } = dialect.updateFrom(
        table,
        dialect.rowset(UPDATE_COLUMNS, some),
        set
      );
      await trx.raw(sql, bindings);
    };
    const [waiting, finished] = [true, false].map((isWaiting) =>
      rows.filter(({ state }) => (state === 'pending') === isWaiting)
    ) as [typeof rows, typeof rows];
    if (finished.length > 0) {
      const left = finished.map((row) => integer(row.row_id));
      await dialect.deleteById(trx, tables.outbox, left);
    }
    await update(tables.outbox, waiting, OF_OUTBOX);
    await update(tables.message, rows, OF_MESSAGE);
    const dead = finished.filter(({ state }) => state === 'dead');
    if (dead.length > 0) {
      const target = { table: tables.undelivered, columns: UNDELIVERED_COLUMNS };
      await insertRows(ctx, trx, target, dead.map(ended));
    }
    await insertRows(ctx, trx, { table: tables.attempt, columns: ATTEMPT_COLUMNS }, attempts);
    return new Set(ours.map(({ message }) => message.id));
  });
}

const ended = ({ row_id, state, endpoint_id, finished_at }: Values): Values => ({
  id: row_id ?? null,
  state: state ?? null,
  endpoint_id: endpoint_id ?? null,
  ended_at: finished_at ?? null,
  lease_token: null,
});
