/**
 * Leasing on PostgreSQL: choosing, locking, updating and reading the bodies are one statement, so a
 * claim costs one round trip and holds its row locks only for that time.
 *
 * Its commit does not wait for the disk. A claim lost in a crash leaves its messages due, as an
 * expired lease does. A settlement waits, and thereby for its claim too.
 *
 * SKIP LOCKED skips rows that another process is claiming. A row whose claim has committed
 * meanwhile is seen in its new version, and the condition on the lease fails.
 *
 * Rows are named by `id = any(array(…))`, and `+ 0` hides the due time from the planner, so that
 * only the primary key serves. The outbox is often empty when PostgreSQL gathers statistics;
 * expecting one row, it would join by reading the whole table once for each message.
 */
import { CLAIM_COLUMNS, claimEventColumns } from './claimed-rows';
import type { StoreContext } from '../sql/context';
import type { Sql } from '../sql/dialect';
import { dueBy, leasedUntil, takenOf, type Lease, type Leases, type Wanted } from './lease';
import { unleased } from './outbox';
import { integer, rowsOf, type Row } from '../sql/rows';
import type { Tables } from '../sql/tables';

/** Candidates for each message wanted: other processes may be claiming some. */
const CANDIDATES = 2;

export function createPostgresLeases(ctx: StoreContext): Leases {
  async function take(locked: Sql, lease: Lease): Promise<{ rows: Row[]; seen: number }> {
    const { sql, bindings } = leaseStatement(ctx.tables, locked, lease);
    const rows = rowsOf(await ctx.prepared(sql, bindings));
    return { rows: rows.filter((row) => row.id !== null), seen: integer(rows[0]?.seen) };
  }

  return {
    async head(lease, wanted) {
      const { seen, rows } = await take(headOf(ctx, lease.now, wanted), lease);
      return { rows, lost: [], clogged: seen === wanted.window };
    },

    async these(lease, ids) {
      const { rows } = await take(givenOf(ctx.tables, ids, lease), lease);
      return takenOf(ids, rows);
    },
  };
}

/**
 * CTEs `seen(rows)` and `locked(id)`: the head of the due index; of it the share of each lane; and,
 * where other processes take from that share, the next messages of those lanes, within the same
 * share.
 *
 * Chosen before locking, two concurrent claims would choose the same messages, and one would return
 * empty.
 */
function headOf({ tables }: StoreContext, now: number, wanted: Wanted): Sql {
  const { budget, limit } = wanted;
  const own = budget.exceptions();
  const lock = (ids: string): string =>
    `select o.id, o.lane, o.due_at from ${tables.outbox.quoted} o
        where o.id = any(array(${ids})) and o.due_at + 0 <= ? and ${unleased('o')} order by o.due_at, o.id`;
  return {
    sql: `shares(lane, budget) as materialized (
        select * from unnest(?::text[], ?::int[])
      ), due as materialized (
        select id, lane, due_at from ${tables.outbox.quoted}
        where gated = 0 and due_at <= ? and ${unleased()} order by due_at, id limit ?
      ), ranked as materialized (
        select due.id, due.due_at, coalesce(s.budget, ?) as budget,
          row_number() over (partition by due.lane order by due.due_at, due.id) as turn
        from due left join shares s on s.lane = due.lane
      ), first as materialized (
        ${lock('select id from ranked where turn <= budget order by due_at, id limit ?')} limit ? for update skip locked
      ), next as materialized (
        ${lock('select id from ranked where turn > budget and budget > 0')}
        limit (select least(?, count(*) filter (where turn <= budget)) from ranked)
          - (select count(*) from first) for update skip locked
      ), locked as materialized (
        select id from (
          select mine.id, coalesce(s.budget, ?) as budget,
            row_number() over (partition by mine.lane order by mine.due_at, mine.id) as turn
          from (select * from first union all select * from next) mine
            left join shares s on s.lane = mine.lane
        ) again where turn <= budget
      ), seen as (select count(*) as rows from due)`,
    bindings: [
      ...[own.map(([lane]) => lane), own.map(([, left]) => left)],
      ...[now, now, wanted.window, budget.usual],
      ...[limit * CANDIDATES, now, now, limit, now, now, limit, budget.usual],
    ],
  };
}

/** The same CTEs, for messages that are already chosen. */
function givenOf({ outbox }: Tables, ids: readonly number[], lease: Lease): Sql {
  return {
    sql: `locked as materialized (
        select o.id from ${outbox.quoted} o
        where o.id = any(?::bigint[]) and o.due_at + 0 <= ? and ${unleased('o')}
        for update skip locked
      ), seen as (select 0 as rows)`,
    bindings: [[...ids], dueBy(lease), lease.now],
  };
}

function leaseStatement({ outbox, message, event }: Tables, locked: Sql, lease: Lease): Sql {
  const columns = CLAIM_COLUMNS.map((name) => `m.${name}`).join(', ');
  const admitted = lease.gated ? ', admitted = 1' : '';
  return {
    sql: `with ${locked.sql}, claimed as (
        update ${outbox.quoted} as o set lease_token = ?, leased_until = ?${admitted}
        where o.id = any(array(select id from locked))
        returning o.id, o.lane
      ), read as materialized (
        select claimed.lane, ${columns}, ${claimEventColumns('m', 'e')}
        from claimed join ${message.quoted} m on m.id = claimed.id and m.id = any(array(select id from claimed))
          left join ${event.quoted} e on e.id = m.event_id
      )
      select seen.rows as seen, read.*
      from (select rows, set_config('synchronous_commit', 'off', true) from seen) seen left join read on true`,
    bindings: [...locked.bindings, lease.token, leasedUntil(lease)],
  };
}
