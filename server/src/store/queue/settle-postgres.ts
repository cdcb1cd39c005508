/** Settling on PostgreSQL: the fenced update and its attempts in one statement. */
import type { MessageState, Settled } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { integer, rowsOf, text } from '../sql/rows';
import type { States } from './settle-portable';
import { ATTEMPT_COLUMNS } from '../sql/tables';
import { attemptValues, SETTLEMENT_COLUMNS, settlementValues } from '../sql/values';

/** `m.state` is the state before the update, on the right-hand side as well as in WHERE. */
const KEPT = `(m.state = 'canceled' and s.state <> 'delivered')`;

export async function settlePostgres(
  ctx: StoreContext,
  group: readonly Settled[]
): Promise<States> {
  const { dialect, tables } = ctx;
  const rows = dialect.rowset(
    { ...SETTLEMENT_COLUMNS, ...ATTEMPT_COLUMNS },
    group.map((settled) => ({
      ...settlementValues(settled),
      ...attemptValues(settled.message.id, settled.attempt),
    }))
  );
  const attempt = Object.keys(ATTEMPT_COLUMNS).map((name) => dialect.quote(name));
  const sql = `with given as (select * from ${rows.sql}), ours as (
      update ${tables.message.quoted} as m set
        state = case when ${KEPT} then m.state else s.state end,
        due_at = case when ${KEPT} then null else s.due_at end,
        lane = case when s.state = 'pending' and not ${KEPT} then coalesce(s.held_lane, m.lane) end,
        not_before = case when ${KEPT} then m.not_before else s.not_before end,
        retried = case when ${KEPT} then m.retried else s.retried end,
        finished_at = case when ${KEPT} then m.finished_at else s.finished_at end,
        dlq_id = case when ${KEPT} then m.dlq_id else s.dlq_id end,
        lease_token = null,
        attempts = m.attempts + 1,
        last_outcome = s.outcome,
        last_status = s.status,
        last_error = s.error,
        last_attempt_at = s.started_at,
        last_duration_ms = s.duration_ms
      from given s where m.id = s.row_id and m.lease_token = s.token
        and m.id = any(array(select row_id from given))
      returning m.id, m.state
    ), logged as (
      insert into ${tables.attempt.quoted} (${attempt.join(', ')})
      select ${attempt.join(', ')} from given where row_id in (select id from ours)
    )
    select id, state from ours`;
  const result = rowsOf(await ctx.query((knex) => knex.raw(sql, rows.bindings)));
  return new Map(result.map((row) => [integer(row.id), text(row.state) as MessageState]));
}
