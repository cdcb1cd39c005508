/**
 * Leasing on PostgreSQL: choosing, locking, updating and reading the bodies are one statement, so a
 * claim costs one round trip and holds its row locks for no longer.
 *
 * SKIP LOCKED: what another process is claiming at this moment is passed by, not waited for. A row
 * whose claim has committed meanwhile is seen in its new version, and `due_at <= ?` fails.
 *
 * Rows are named by `id = any(array(…))` and the due time hidden from the planner by `+ 0`, so that
 * the primary key is the only way to them. A queue is often empty when PostgreSQL takes its
 * statistics; believing in one row, it joins by reading the whole table once for each message.
 */
import { CLAIM_COLUMNS, claimEventColumns } from './claimed-rows';
import type { StoreContext } from './context';
import type { Sql } from './dialect';
import {
  dueBy,
  leasedUntil,
  takenOf,
  type Lease,
  type Leases,
  type Taken,
  type Wanted,
} from './lease';
import { integer, integerOrNull, rowsOf } from './rows';
import type { Tables } from './tables';

const BUDGET_COLUMNS = { lane: 'text', budget: 'integer' } as const;

export function createPostgresLeases(ctx: StoreContext): Leases {
  async function take(chosen: Sql, lease: Lease): Promise<Taken & { seen: number }> {
    const { sql, bindings } = leaseStatement(ctx.tables, chosen, lease);
    const rows = rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));
    const candidates = rows.map((row) => integerOrNull(row.candidate)).filter((id) => id !== null);
    const leased = rows.filter((row) => row.id !== null);
    return { ...takenOf(candidates, leased), seen: integer(rows[0]?.seen) };
  }

  return {
    async head(lease, wanted) {
      const { seen, ...taken } = await take(headOf(ctx, lease.now, wanted), lease);
      return { ...taken, clogged: seen === wanted.window };
    },

    async these(lease, ids) {
      const { rows, lost } = await take(idsAsGiven(ids), lease);
      return { rows, lost };
    },
  };
}

/** CTEs `seen(rows)` and `chosen(id, place)`: the head of the due index, ranked within each lane. */
function headOf({ dialect, tables }: StoreContext, now: number, wanted: Wanted): Sql {
  const { budget } = wanted;
  const own = dialect.rowset(
    BUDGET_COLUMNS,
    budget.exceptions().map(([lane, left]) => ({ lane, budget: left }))
  );
  return {
    sql: `due as materialized (
        select id, lane, due_at from ${tables.message.quoted}
        where due_at <= ? and id <> all(?::int[])
        order by due_at, id limit ?
      ), ranked as (
        select due.id, due.due_at, coalesce(s.budget, ?) as budget,
          row_number() over (partition by due.lane order by due.due_at, due.id) as turn
        from due left join ${own.sql} on s.lane = due.lane
      ), chosen as materialized (
        select id, row_number() over (order by due_at, id) as place
        from ranked where turn <= budget order by due_at, id limit ?
      ), seen as (select count(*) as rows from due)`,
    bindings: [now, [...wanted.except], wanted.window, budget.usual, ...own.bindings, wanted.limit],
  };
}

function idsAsGiven(ids: readonly number[]): Sql {
  return {
    sql: `chosen as materialized (
        select id, place from unnest(?::int[]) with ordinality as given(id, place)
      ), seen as (select 0 as rows)`,
    bindings: [[...ids]],
  };
}

function leaseStatement({ message, event }: Tables, chosen: Sql, lease: Lease): Sql {
  const columns = CLAIM_COLUMNS.map((name) => `m.${name}`).join(', ');
  const claimed = CLAIM_COLUMNS.map((name) => `claimed.${name}`).join(', ');
  return {
    sql: `with ${chosen.sql}, locked as (
        select m.id from ${message.quoted} m
        where m.id = any(array(select id from chosen)) and m.due_at + 0 <= ?
        for update skip locked
      ), claimed as (
        update ${message.quoted} as m set state = 'active', lease_token = ?, due_at = ?
        where m.id = any(array(select id from locked))
        returning ${columns}
      )
      select seen.rows as seen, chosen.id as candidate, ${claimed}, ${claimEventColumns('claimed', 'e')}
      from seen left join chosen on true
        left join claimed on claimed.id = chosen.id
        left join ${event.quoted} e on e.id = claimed.event_id
      order by chosen.place`,
    bindings: [...chosen.bindings, dueBy(lease), lease.token, leasedUntil(lease)],
  };
}
