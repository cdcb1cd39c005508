/**
 * Draws conclusions from attempts about their endpoints: gone (410), failing since, unhealthy, recovered.
 *
 * None of it is an edit: an endpoint's `version` stays, so that open forms do not become stale. The
 * row of a healthy endpoint is read after its attempts, but neither written nor locked.
 */
import type { Knex } from 'knex';

import {
  healthAfter,
  isLongFailing,
  withProbeFirst,
  withProbeTaken,
  type Breaker,
  type Health,
  type HealthPolicy,
} from '../../core/health/breaker';
import type { Settled } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { bumpDirectory } from './directory-version';
import { integer, integerOrNull, shownJson, text, textOrNull, type Row } from '../sql/rows';
import type { Diagnosis, DirectoryStore, EndpointChange } from '../types';

const GONE = 'The receiver answered 410 Gone.';

/** Disables the endpoints of these messages, unless a user paused them. */
export async function disableGone(
  ctx: StoreContext,
  trx: Knex.Transaction,
  gone: readonly Settled[]
): Promise<EndpointChange[]> {
  const at = new Map(gone.map(({ message, settledAt }) => [message.endpointId, settledAt]));
  const changes: EndpointChange[] = [];
  for (const [endpointId, settledAt] of at) {
    if (endpointId === null) continue;
    const write = disabling(GONE, settledAt);
    const active = trx(ctx.tables.endpoint.name).where({ id: endpointId, state: 'active' });
    if ((await active.update(write)) === 0) continue;
    changes.push({ endpointId, to: 'disabled', reason: GONE, at: settledAt });
  }
  if (changes.length > 0) await bumpDirectory(ctx, trx);
  return changes;
}

/**
 * Works out each endpoint's first failure and circuit breaker, and which endpoints have failed for
 * too long. Not part of the settlement: if it is lost, the next attempt repeats it.
 */
export function createDiagnose(ctx: StoreContext): DirectoryStore['diagnose'] {
  return async (settled) => {
    const groups = new Map<number, Settled[]>();
    for (const one of settled.toSorted((a, b) => a.settledAt - b.settledAt)) {
      const { endpointId } = one.message;
      if (endpointId === null) continue;
      const its = groups.get(endpointId);
      if (its === undefined) groups.set(endpointId, [one]);
      else its.push(one);
    }
    if (groups.size === 0) return [];
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.endpoint.name)
        .select('id', 'state', 'first_failure_at', 'breaker')
        .whereIn('id', [...groups.keys()])
    );
    const policy = ctx.health;
    return rows
      .map((row) => diagnose(row, groups.get(integer(row.id)) ?? [], policy))
      .filter((diagnosis) => diagnosis !== null);
  };
}

/** Writes what a diagnosis found, if the endpoint is still as it was read. */
export function createWriteDiagnosis(ctx: StoreContext): DirectoryStore['writeDiagnosis'] {
  return async ({ seen, columns, changes }) => {
    const update = (knex: Knex): Promise<number> =>
      knex(ctx.tables.endpoint.name).where(seen).update(columns);
    // Another node may have counted at the same time: one count is lost.
    if (changes.length === 0) return (await ctx.query(update)) > 0;
    return ctx.transaction(async (trx) => {
      if ((await update(trx)) === 0) return false;
      await bumpDirectory(ctx, trx);
      return true;
    });
  };
}

/** Gives one node at a time the right to probe an unhealthy endpoint. */
export function createTakeProbes(ctx: StoreContext): DirectoryStore['takeProbes'] {
  const table = (knex: Knex) => knex(ctx.tables.endpoint.name);
  return async (ids, now, leaseMs) => {
    if (ids.length === 0) return [];
    const rows = await ctx.query<Row[]>((knex) =>
      table(knex)
        .select('id', 'breaker')
        .whereIn('id', [...ids])
    );
    const taken: number[] = [];
    for (const row of rows) {
      const [id, seen] = [integer(row.id), textOrNull(row.breaker)];
      const breaker = readBreaker(seen);
      const probed = breaker && withProbeTaken(breaker, now, leaseMs);
      if (!probed) continue;
      const changed = await ctx.query<number>((knex) =>
        table(knex)
          .where({ id, breaker: seen })
          .update({ breaker: breakerText(probed) })
      );
      if (changed > 0) taken.push(id);
    }
    return taken;
  };
}

export const readBreaker = (stored: unknown): Breaker | null =>
  shownJson<Breaker | null>(stored, null);
export const breakerText = (breaker: Breaker | null): string | null =>
  breaker === null ? null : JSON.stringify(breaker);

/** @returns null when there is nothing to write. */
function diagnose(row: Row, its: readonly Settled[], policy: HealthPolicy): Diagnosis | null {
  const before: Health = {
    firstFailureAt: integerOrNull(row.first_failure_at),
    breaker: readBreaker(row.breaker),
  };
  const after = its.reduce((health, settled) => healthAfter(health, settled, policy), before);
  const last = its.at(-1);
  if (last === undefined) return null;
  const change = { endpointId: integer(row.id), at: last.settledAt };
  const changes: EndpointChange[] = turnsOf(before, after).map((to) => ({
    ...change,
    to,
    reason: null,
  }));
  const { firstFailureAt } = after;
  const isLost = text(row.state) === 'active' && isLongFailing(after, last.settledAt, policy);
  const reason = isLost ? longFailing(after) : null;
  if (isLost) changes.push({ ...change, to: 'disabled', reason });

  const breaker = breakerText(
    isLost ? withProbeFirst(after.breaker, last.settledAt) : after.breaker
  );
  const isSame =
    firstFailureAt === before.firstFailureAt && breaker === breakerText(before.breaker);
  if (isSame && changes.length === 0) return null;
  const columns = {
    first_failure_at: firstFailureAt,
    breaker,
    ...(reason !== null && disabling(reason, last.settledAt)),
  };
  const seen = { id: change.endpointId, state: text(row.state), breaker: textOrNull(row.breaker) };
  return { seen, columns, changes };
}

function turnsOf(before: Health, after: Health): ('suspended' | 'recovered')[] {
  const [wasOpen, isOpen] = [before, after].map(({ breaker }) => Boolean(breaker?.open));
  if (wasOpen === isOpen) return [];
  return [isOpen ? 'suspended' : 'recovered'];
}

const disabling = (reason: string, at: number) => ({
  state: 'disabled',
  state_reason: reason,
  state_changed_at: at,
});

function longFailing({ firstFailureAt, breaker }: Health): string {
  const since = new Date(firstFailureAt ?? 0).toISOString();
  const { failures = 0, lastError = '' } = breaker?.streak ?? {};
  return (
    `Every attempt since ${since} has failed (${failures} attempts). ` +
    `The last one failed with: ${lastError}.`
  );
}
