/** Settling on PostgreSQL: the outbox rows, their messages, the attempts and the ledger in one statement. */
import { acknowledgmentsOf, entriesOf } from '../../core/ledger/ledger';
import type { Settled } from '../../core/message/message';
import { ledgerValues, ON_KNOWN_VERSION } from '../ledger/ledger';
import type { StoreContext } from '../sql/context';
import type { Sql } from '../sql/dialect';
import { arraysOf, unnested } from '../sql/postgres-arrays';
import { integer, rowsOf } from '../sql/rows';
import { ATTEMPT_COLUMNS, LEDGER_COLUMNS } from '../sql/tables';
import { attemptValues, SETTLEMENT_COLUMNS, settlementValues } from '../sql/values';

export async function settlePostgres(
  ctx: StoreContext,
  group: readonly Settled[]
): Promise<Set<number>> {
  const { dialect, tables } = ctx;
  // Two objects a message: merging them would take longer than making them.
  const settlements = group.map(settlementValues);
  const attempts = group.map((settled) => attemptValues(settled.message.id, settled.attempt));
  const columns = { ...SETTLEMENT_COLUMNS, ...ATTEMPT_COLUMNS };
  const names = Object.keys(columns).map((name) => dialect.quote(name));
  const attempt = Object.keys(ATTEMPT_COLUMNS).map((name) => dialect.quote(name));
  // Rows are named by `id = any(array(…))`, so that only the primary key serves.
  const leased = `o.id = s.row_id and o.lease_token = s.token and o.id = any(array(select row_id from given))`;
  const sql = `with given as materialized (
      select * from ${unnested(columns)} as s(${names.join(', ')})
    ), finished as (
      delete from ${tables.outbox.quoted} as o using given s
      where s.state <> 'pending' and ${leased} returning o.id
    ), retried as (
      update ${tables.outbox.quoted} as o set lease_token = null, leased_until = null, admitted = 0, started = 1,
        due_at = s.not_before, place = s.place, lane = coalesce(s.held_lane, o.lane)
      from given s where s.state = 'pending' and ${leased} returning o.id
    ), ours as materialized (
      select id from finished union all select id from retried
    ), moved as (
      update ${tables.message.quoted} as m set
        state = s.state,
        not_before = s.not_before,
        retried = s.retried,
        finished_at = s.finished_at,
        dlq_id = s.dlq_id,
        attempts = m.attempts + 1,
        last_outcome = s.outcome,
        last_status = s.status,
        last_error = s.error,
        last_attempt_at = s.started_at,
        last_duration_ms = s.duration_ms
      from given s where m.id = s.row_id and m.id = any(array(select id from ours))
    ), ended as (
      insert into ${tables.undelivered.quoted} (id, state, endpoint_id, ended_at)
      select row_id, state, endpoint_id, finished_at from given
      where state = 'dead' and row_id in (select id from ours)
    ), logged as (
      insert into ${tables.attempt.quoted} (${attempt.join(', ')})
      select ${attempt.join(', ')} from given where row_id in (select id from ours)
    )`;
  const noted = ledgerOf(ctx, group);
  const result = rowsOf(
    await ctx.prepared(`${sql}${noted.sql} select id from ours`, [
      ...arraysOf(SETTLEMENT_COLUMNS, settlements),
      ...arraysOf(ATTEMPT_COLUMNS, attempts),
      ...noted.bindings,
    ])
  );
  return new Set(result.map((row) => integer(row.id)));
}

/** Notes the messages that were ours, in the ledgers of their endpoints. The last one of a version counts. */
function ledgerOf({ dialect, tables }: StoreContext, group: readonly Settled[]): Sql {
  const values = acknowledgmentsOf(group)
    .flatMap((one) => entriesOf(one).map((entry) => ({ row_id: one.message.id, entry })))
    .map(({ row_id, entry }, nth) => ({ row_id, nth, ...ledgerValues(entry) }));
  if (values.length === 0) return { sql: '', bindings: [] };
  const names = Object.keys(LEDGER_COLUMNS).join(', ');
  const rows = dialect.rowset({ row_id: 'bigint', nth: 'integer', ...LEDGER_COLUMNS }, values);
  return {
    sql: `, noted as (
      insert into ${tables.ledger.quoted} (${names})
      select distinct on (version_key) ${names} from ${rows.sql}
      where row_id in (select id from ours) order by version_key, nth desc ${ON_KNOWN_VERSION}
    )`,
    bindings: rows.bindings,
  };
}
