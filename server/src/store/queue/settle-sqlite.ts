/**
 * Settling on SQLite: one transaction on the driver, a few prepared statements for each message, and one for
 * each row of the ledger.
 */
import { acknowledged, acknowledgmentsOf } from '../../core/ledger/ledger';
import type { Settled } from '../../core/message/message';
import { noteOnHandle } from '../ledger/ledger';
import type { StoreContext } from '../sql/context';
import { bound, type Handle } from '../sql/sqlite-handle';
import { ATTEMPT_COLUMNS } from '../sql/tables';
import { attemptValues, settlementValues } from '../sql/values';

const ATTEMPT = Object.keys(ATTEMPT_COLUMNS) as (keyof typeof ATTEMPT_COLUMNS)[];

export function settleSqlite(ctx: StoreContext, group: readonly Settled[]): Promise<Set<number>> {
  return ctx.onHandle((handle) => {
    const ours = group.filter(settleOne(ctx, handle));
    noteOnHandle(ctx, handle, acknowledged(acknowledgmentsOf(ours)));
    return new Set(ours.map(({ message }) => message.id));
  });
}

/** @returns a function that settles a message that is still leased, and returns false for others. */
function settleOne({ tables }: StoreContext, handle: Handle): (settled: Settled) => boolean {
  const finish = handle.prepare(
    `delete from ${tables.outbox.quoted} where id = ? and lease_token = ?`
  );
  const retry = handle.prepare(
    `update ${tables.outbox.quoted} set lease_token = null, leased_until = null, admitted = 0, started = 1,
       due_at = ?, place = ?, lane = coalesce(?, lane)
     where id = ? and lease_token = ?`
  );
  const move = handle.prepare(
    `update ${tables.message.quoted} set state = ?, not_before = ?, retried = ?, finished_at = ?, dlq_id = ?,
       attempts = attempts + 1, last_outcome = ?, last_status = ?, last_error = ?, last_attempt_at = ?,
       last_duration_ms = ?
     where id = ?`
  );
  const bury = handle.prepare(
    `insert into ${tables.undelivered.quoted} (id, state, endpoint_id, ended_at) values (?, ?, ?, ?)`
  );
  const log = handle.prepare(
    `insert into ${tables.attempt.quoted} (${ATTEMPT.join(', ')}) values (${ATTEMPT.map(() => '?').join(', ')})`
  );

  return (settled) => {
    const to = settlementValues(settled);
    const attempt = attemptValues(settled.message.id, settled.attempt);
    const [id, token] = [to.row_id, to.token].map(bound);
    const left =
      to.state === 'pending'
        ? retry.run(...[to.not_before, to.place, to.held_lane].map(bound), id!, token!)
        : finish.run(id!, token!);
    if (left.changes === 0) return false;
    const moved = [to.state, to.not_before, to.retried, to.finished_at, to.dlq_id];
    const { outcome, status, error, started_at, duration_ms } = attempt;
    const last = [outcome, status, error, started_at, duration_ms];
    move.run(...[...moved, ...last, to.row_id].map(bound));
    if (to.state === 'dead') {
      bury.run(...[to.row_id, to.state, to.endpoint_id, to.finished_at].map(bound));
    }
    log.run(...ATTEMPT.map((name) => bound(attempt[name])));
    return true;
  };
}
