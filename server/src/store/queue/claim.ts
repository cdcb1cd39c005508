/**
 * claim: leases due messages to this process.
 *
 * Selects   rows of the outbox that are due and not leased, oldest first, at most `limit`, at most each
 *           lane's budget. An expired lease is none. Finished messages are not in the outbox.
 * Changes   lease_token = the claim's token, leased_until = now + leaseMs.
 * Returns   the messages that carry the token afterwards, bodies included, and no others.
 * Atomic    the UPDATE repeats the whole condition on locked rows: of two processes that chose the
 *           same message, the second finds that it is leased.
 * Bounded   reads a window at the head of the due index; when its messages belong to held or full
 *           lanes, reads lane by lane (`lanes.ts`). Neither grows with the number that waits.
 * Fails     only when it has leased nothing: one half that fails neither stops nor strands the other.
 * Gates     messages behind a gate are claimed by rules of their own (`gate-place.ts`, `claim-gated.ts`).
 * Dialects  PostgreSQL: one round trip. SQLite: one transaction on the driver. MySQL: three statements.
 */
import type { ClaimRequest, LaneBudget } from '../../delivery/loop/ports';
import type { StoreContext } from '../sql/context';
import type { GatedClaims } from '../gates/claim-gated';
import { createMysqlLeases } from './claim-mysql';
import { createPostgresLeases } from './claim-postgres';
import { createSqliteLeases } from './claim-sqlite';
import { createBudget } from './lane-budget';
import type { Lanes } from './lanes';
import type { Lease, Leases, Taken, Wanted } from './lease';
import { claimedMessage } from './claimed-rows';
import { text, type Row } from '../sql/rows';
import type { QueueStore } from '../types';

/**
 * Rows of the due index read per wanted message, so that a few full lanes do not force reading lane
 * by lane.
 */
const WINDOW_PER_MESSAGE = 4;
const MIN_WINDOW = 64;
/** Tries after other processes took the chosen messages. The next tick takes the rest. */
const MAX_ROUNDS = 4;

const LEASES = {
  postgres: createPostgresLeases,
  sqlite: createSqliteLeases,
  mysql: createMysqlLeases,
} as const;

export const createLeases = (ctx: StoreContext): Leases => LEASES[ctx.dialect.name](ctx);

export function createClaim(
  ctx: StoreContext,
  { leases, lanes, gated }: { leases: Leases; lanes: Lanes; gated: GatedClaims }
): QueueStore['claim'] {
  return async ({ limit, gates = false, ...request }: ClaimRequest) => {
    const lease: Lease = request;
    const budget = createBudget(request.budget, limit);
    const rows: Row[] = [];
    const contested = new Set<number>();

    function keep(taken: Taken): boolean {
      for (const row of taken.rows) {
        rows.push(row);
        budget.spend(text(row.lane));
      }
      for (const id of taken.lost) contested.add(id);
      return taken.lost.length > 0;
    }

    async function round(most: number): Promise<boolean> {
      const wanted = (): Wanted => {
        const missing = most - rows.length;
        const window = Math.max(MIN_WINDOW, WINDOW_PER_MESSAGE * missing);
        return { limit: missing, budget, except: contested, window };
      };
      const head = await leases.head(lease, wanted());
      const lostSome = keep(head);
      if (rows.length >= most || !head.clogged) return lostSome;
      const behind = await lanes.oldestDue({ ...wanted(), now: lease.now });
      if (behind.length === 0) return lostSome;
      return keep(await leases.these(lease, behind)) || lostSome;
    }

    /** @returns whether more waits in the open than before. */
    async function takeGated(): Promise<boolean> {
      const behind = await gated.claim({
        lease,
        room: limit - rows.length,
        budget,
        look: gates,
        endpoints: { except: heldEndpoints(request.budget) },
      });
      keep({ rows: behind.rows, lost: [] });
      return behind.hasBatches;
    }

    async function takeOpen(most: number): Promise<void> {
      for (let rounds = 0; rounds < MAX_ROUNDS && rows.length < most; rounds += 1) {
        if (!(await round(most))) break;
      }
    }

    const failures: unknown[] = [];
    const failed = (error: unknown): false => {
      failures.push(error);
      return false;
    };
    // Messages behind gates and other messages do not delay each other.
    const isQuiet = gated.isQuiet(gates);
    const share = isQuiet ? limit : Math.ceil(limit / 2);
    await takeOpen(share).catch(failed);
    if (!isQuiet && rows.length < limit) {
      const hasMore = rows.length >= share;
      const hasBatches = await takeGated().catch(failed);
      if (hasMore || hasBatches) await takeOpen(limit).catch(failed);
    }
    // Leased messages are sent whatever failed: otherwise they would wait until the lease expires.
    if (failures.length > 0 && rows.length === 0) throw failures[0];
    for (const error of failures) ctx.log.error('a claim was incomplete', { error });
    return rows
      .map((row) => claimedMessage(row, lease.token, ctx.crypt))
      .sort((a, b) => a.notBefore - b.notBefore || a.id - b.id);
  };
}

const ENDPOINT_LANE = /^e:(\d+)$/;

/** Endpoints whose own lane may send nothing. */
function heldEndpoints({ lanes }: LaneBudget): number[] {
  return [...lanes].flatMap(([lane, left]) => {
    const id = left <= 0 ? ENDPOINT_LANE.exec(lane)?.[1] : undefined;
    return id === undefined ? [] : [Number(id)];
  });
}
