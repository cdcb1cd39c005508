/**
 * claim, for the receiver of one endpoint.
 *
 * Selects   what is due in the endpoint's own lanes, and its messages behind queues and flow-control keys.
 * Changes   as claim does. Other lanes are not touched, nor what the delivery loop remembers of its own claims.
 * Bounded   reads the heads of the endpoint's lanes. Gates of others are looked for when those lanes had less
 *           than was wanted, and at most once a second.
 * Fair      the open lane and the gates take turns at being first.
 */
import { batchLane, latestLane } from '../../core/gates/delivery-mode';
import { SECOND_MS } from '../../core/time';
import type { GatedClaims } from '../gates/claim-gated';
import { GATED_LANES } from '../gates/gate-place';
import type { StoreContext } from '../sql/context';
import { text, type Row } from '../sql/rows';
import { WAITING_INDEX } from '../sql/tables';
import { claimedMessage } from './claimed-rows';
import { laneOf, testLane } from './lane';
import { createBudget } from './lane-budget';
import type { Lanes } from './lanes';
import type { Leases } from './lease';
import type { PullClaim, PullStore } from './pull-types';

/** Tries after other receivers took the chosen messages. */
const MAX_ROUNDS = 4;

/** Lanes of the modes `latest` and `batch`. */
const modeLanes = (endpointId: number): string[] => [latestLane(endpointId), batchLane(endpointId)];

interface Gates {
  lookedAt: number;
  lanes: string[];
  areFirst: boolean;
}

export function createPullClaim(
  ctx: StoreContext,
  { leases, lanes, gated }: { leases: Leases; lanes: Lanes; gated: GatedClaims }
): PullStore['claimPulled'] {
  const { dialect, tables } = ctx;
  const gatesOf = new Map<number, Gates>();

  /** Lanes of queues and flow-control keys that messages of the endpoint wait in. */
  async function foreignLanes(endpointId: number): Promise<string[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      dialect
        .byIndex(knex, tables.outbox, WAITING_INDEX)
        .distinct('lane')
        .where({ endpoint_id: endpointId, gated: 1 })
        .andWhere('lane', '>', GATED_LANES.above)
        .andWhere('lane', '<', GATED_LANES.below)
        .whereNotIn('lane', modeLanes(endpointId))
    );
    return rows.map((row) => text(row.lane));
  }

  async function takeOpen(some: readonly string[], { limit, ...lease }: PullClaim): Promise<Row[]> {
    const rows: Row[] = [];
    for (let round = 0; round < MAX_ROUNDS && rows.length < limit; round += 1) {
      const room = limit - rows.length;
      const heads = await lanes.firstOf(some, lease.now, () => room);
      const due = heads
        .filter(({ place }) => place <= lease.now)
        .sort((a, b) => a.place - b.place || a.id - b.id)
        .slice(0, room);
      const taken = await leases.these(
        lease,
        due.map(({ id }) => id)
      );
      rows.push(...taken.rows);
      if (taken.lost.length === 0) break;
    }
    return rows;
  }

  function gatesFor(endpointId: number): Gates {
    const known = gatesOf.get(endpointId) ?? { lookedAt: 0, lanes: [], areFirst: false };
    gatesOf.set(endpointId, known);
    return known;
  }

  async function take(claim: PullClaim): Promise<Row[]> {
    const { endpointId, limit, testsOnly, ...lease } = claim;
    const tests = testLane(endpointId);
    if (testsOnly) return takeOpen([tests], claim);
    const open = [tests, laneOf(endpointId, '')];
    const rows: Row[] = [];
    const takeDue = async (): Promise<void> => {
      rows.push(...(await takeOpen(open, { ...claim, limit: limit - rows.length })));
    };
    const gates = gatesFor(endpointId);
    async function takeGated(): Promise<void> {
      const room = limit - rows.length;
      if (room <= 0) return;
      const own = await lanes.firstOf(modeLanes(endpointId), lease.now, () => 1);
      const behindGates = [...own.map(({ lane }) => lane), ...gates.lanes];
      if (behindGates.length === 0) return;
      const budget = createBudget({ default: room, lanes: new Map() }, room);
      const request = { lease, room, budget, endpoints: { only: endpointId } };
      const behind = await gated.claimFrom(behindGates, request);
      rows.push(...behind.rows);
      if (behind.hasBatches) await takeDue();
    }

    const turns = gates.areFirst ? [takeGated, takeDue] : [takeDue, takeGated];
    gates.areFirst = !gates.areFirst;
    for (const turn of turns) await turn();
    if (rows.length < limit && lease.now - gates.lookedAt >= SECOND_MS) {
      gates.lookedAt = lease.now;
      gates.lanes = await foreignLanes(endpointId);
      if (gates.lanes.length > 0) await takeGated();
    }
    return rows;
  }

  return async (claim) =>
    (await take(claim))
      .map((row) => claimedMessage(row, claim.token, ctx.crypt))
      .sort((a, b) => a.notBefore - b.notBefore || a.id - b.id);
}
