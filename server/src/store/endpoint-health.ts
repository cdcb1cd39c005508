/**
 * What attempts say about their endpoints: gone for good (410), failing since, well again.
 *
 * Neither is an edit: an endpoint's `version` stays, so that nobody's open form is called stale.
 */
import type { Knex } from 'knex';

import type { Settled } from '../core/message';
import type { StoreContext } from './context';
import { integer, integerOrNull, type Row } from './rows';

const GONE = 'The receiver answered 410 Gone.';

/** Disables the endpoints of those messages, unless a person had paused them. @returns whether one was changed. */
export async function disableGone(
  { tables }: StoreContext,
  trx: Knex.Transaction,
  gone: readonly Settled[]
): Promise<boolean> {
  const at = new Map(gone.map(({ message, settledAt }) => [message.endpointId, settledAt]));
  let changed = 0;
  for (const [endpointId, settledAt] of at) {
    if (endpointId === null) continue;
    changed += await trx(tables.endpoint.name)
      .where({ id: endpointId, state: 'active' })
      .update({ state: 'disabled', state_reason: GONE, state_changed_at: settledAt });
  }
  return changed > 0;
}

/**
 * Keeps each endpoint's first-failure instant: set by the first failed attempt, cleared by the next
 * success. Reads before it writes, so that a healthy endpoint's row is not written, nor locked, by
 * each of its attempts. Not part of the settlement: if it is lost, the next attempt makes it good.
 */
export async function trackFailures(ctx: StoreContext, settled: readonly Settled[]): Promise<void> {
  const { failing, well } = verdicts(settled);
  const ids = [...failing.keys(), ...well];
  if (ids.length === 0) return;
  const rows = await ctx.query<Row[]>((knex) =>
    knex(ctx.tables.endpoint.name).select('id', 'first_failure_at').whereIn('id', ids)
  );
  const since = new Map(rows.map((row) => [integer(row.id), integerOrNull(row.first_failure_at)]));

  const recovered = well.filter((id) => (since.get(id) ?? null) !== null);
  if (recovered.length > 0) {
    await ctx.query((knex) =>
      knex(ctx.tables.endpoint.name).whereIn('id', recovered).update({ first_failure_at: null })
    );
  }
  for (const [id, startedAt] of failing) {
    if (since.get(id) !== null) continue; // failing already, or deleted
    await ctx.query((knex) =>
      knex(ctx.tables.endpoint.name)
        .where({ id, first_failure_at: null })
        .update({ first_failure_at: startedAt })
    );
  }
}

/** By the group's last attempt of each endpoint. */
function verdicts(settled: readonly Settled[]) {
  const failing = new Map<number, number>();
  const well = new Set<number>();
  const inOrder = [...settled].sort((a, b) => a.settledAt - b.settledAt);
  for (const { message, attempt, settlement } of inOrder) {
    const { endpointId } = message;
    if (endpointId === null) continue;
    if (settlement.to === 'delivered') {
      well.add(endpointId);
      failing.delete(endpointId);
    } else {
      well.delete(endpointId);
      if (!failing.has(endpointId)) failing.set(endpointId, attempt.startedAt);
    }
  }
  return { failing, well: [...well] };
}
