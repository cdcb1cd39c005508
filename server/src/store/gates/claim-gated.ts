/**
 * claim, for messages behind a gate: a FIFO queue, a flow-control key or both, or an endpoint in mode
 * `latest` (`claim-latest.ts`) or `batch` (`fold-batches.ts`).
 *
 * Finds     gates with work by a loose scan of their lanes, which are adjacent in the index, a page at a
 *           time: there may be very many flow-control keys. After a scan that found nothing, the next
 *           waits for a change on this node, or a second.
 * Decides   under a lock on the gate's row, which other nodes skip: the order of a queue
 *           (`core/gates/queue-turn.ts`), the room of a key (`core/gates/flow-window.ts`), from rows alone.
 * Changes   as claim does, and a key's usage of the current period.
 * Atomic    in a transaction for each gate. Its lock makes the count of messages in flight exact:
 *           meanwhile others can only lower it.
 */
import type { Knex } from 'knex';

import { turnsOf } from '../../core/gates/queue-turn';
import type { StoreContext } from '../sql/context';
import { GATED_LANES, gateOf, type Gate } from './gate-place';
import { createLatestClaims } from './claim-latest';
import type { FoldBatches } from './fold-batches';
import { createGateLanes, idsOf, inLine, isChosen, type EndpointChoice } from './gate-lanes';
import { createKeyRooms } from './key-rooms';
import type { Budget } from '../queue/lane-budget';
import { LANES_PER_PAGE, type Lanes } from '../queue/lanes';
import type { Lease, Leases } from '../queue/lease';
import { flag, integer, integerOrNull, type Row } from '../sql/rows';

/** Rows of a queue read per place that may have its turn; a place may have several callbacks. */
const ROWS_PER_PLACE = 4;
const MIN_ROWS = 32;
/** Pages of lanes read in one claim. The next claim reads the next ones. */
const MAX_PAGES = 40;
/** Before every lane of a gate. */
const FIRST = GATED_LANES.above;

interface GatedRequest extends LaneRequest {
  /** Scan although nothing changed on this node: another node may have added work. */
  look: boolean;
}

export interface LaneRequest {
  lease: Lease;
  /** Maximum number of messages. */
  room: number;
  budget: Budget;
  endpoints: EndpointChoice;
}

/** Result of a claim, also of one that ended early. */
interface Behind {
  /** Leased. */
  rows: Row[];
  /** Batches were made, which wait in the open. */
  hasBatches: boolean;
}

export interface GatedClaims {
  claim(request: GatedRequest): Promise<Behind>;
  /** Claims from these lanes, in their order. */
  claimFrom(lanes: readonly string[], request: LaneRequest): Promise<Behind>;
  /** Whether a claim would not look. */
  isQuiet(look: boolean): boolean;
  /** Reports that a message has been put behind a gate, or has left it. */
  stir(): void;
}

export function createGatedClaims(
  ctx: StoreContext,
  { leases, lanes, foldBatches }: { leases: Leases; lanes: Lanes; foldBatches: FoldBatches }
): GatedClaims {
  const { dialect, tables } = ctx;
  const rooms = createKeyRooms(ctx);
  const { lineOf, dueOf, dueLanes } = createGateLanes(ctx);
  const claimLatest = createLatestClaims(ctx, leases);
  /** The last scan found nothing, and nothing has changed since. */
  let quiet = false;
  /** With more work than room, the next claim continues behind this lane. */
  let resumeAfter: string = FIRST;
  /** Lane in mode `latest` that had more than the last claim wanted, so that it is due without being asked. */
  let plentiful = '';

  const inGate = (lease: Lease): Lease => ({ ...lease, gated: true });

  /** @returns null when it is paused, or locked by another node. */
  async function lockQueue(trx: Knex.Transaction, id: number): Promise<Row | null> {
    const query = trx(tables.queue.name).where({ id });
    const [row] = (await dialect.lock(query, 'skip')) as Row[];
    return row === undefined || flag(row.paused) ? null : row;
  }

  async function takeFromQueue(lane: string, id: number, request: LaneRequest): Promise<Row[]> {
    const { lease, endpoints } = request;
    const room = Math.min(request.room, request.budget.left(lane));
    // Keys needed by the head of the queue. Read before the transaction, because on MySQL its first
    // plain read fixes the snapshot, which must not happen before the locks.
    const peeked = await ctx.query((knex) => lineOf(knex, lane, MIN_ROWS));
    const keyIds = idsOf(peeked, 'flow_key_id');
    return ctx.transaction(async (trx) => {
      const queue = await lockQueue(trx, id);
      if (queue === null) return [];
      const keys = await rooms.open(trx, keyIds, lease);
      const parallelism = integer(queue.parallelism);
      const line = await lineOf(trx, lane, Math.max(MIN_ROWS, ROWS_PER_PLACE * parallelism));
      const rows = new Map(line.map((row) => [integer(row.id), row]));
      const chosen = turnsOf(line.map(inLine), parallelism, lease.now)
        .filter((rowId) => {
          const row = rows.get(rowId) ?? {};
          if (!isChosen(endpoints, integerOrNull(row.endpoint_id))) return false;
          return keys.admits(integerOrNull(row.flow_key_id));
        })
        .slice(0, room);
      const taken = await leases.these(inGate(lease), chosen);
      await keys.close(
        taken.rows.map((row) => integerOrNull(rows.get(integer(row.id))?.flow_key_id))
      );
      return taken.rows;
    });
  }

  async function takeFromKey(lane: string, id: number, request: LaneRequest): Promise<Row[]> {
    const { lease, endpoints } = request;
    return ctx.transaction(async (trx) => {
      const keys = await rooms.open(trx, [id], lease);
      const room = Math.min(request.room, request.budget.left(lane), keys.roomOf(id));
      if (room <= 0) return [];
      const due = await dueOf(trx, lane, { now: lease.now, room, endpoints });
      const taken = await leases.these(
        inGate(lease),
        due.map((row) => integer(row.id))
      );
      await keys.close(taken.rows.map(() => id));
      return taken.rows;
    });
  }

  async function takeLatest(lane: string, id: number, request: LaneRequest): Promise<Row[]> {
    const room = Math.min(request.room, request.budget.left(lane));
    const rows = await claimLatest(lane, id, { lease: request.lease, room });
    plentiful = rows.length < room ? '' : lane;
    return rows;
  }

  async function take(lane: string, request: LaneRequest, behind: Behind): Promise<Row[]> {
    const gate = gateOf(lane);
    if (gate === null || request.budget.left(lane) <= 0) return [];
    switch (gate.gate) {
      case 'queue':
        return takeFromQueue(lane, gate.rowId, request);
      case 'flow-key':
        return takeFromKey(lane, gate.rowId, request);
      case 'batch':
        if (await foldBatches.fold(lane, gate.rowId, request.lease.now)) behind.hasBatches = true;
        return [];
      case 'latest':
        return takeLatest(lane, gate.rowId, request);
    }
  }

  /**
   * Leaves out lanes that are not worth a transaction: paused, used up for this period, or without
   * due messages.
   */
  async function openOf(found: readonly string[], lease: Lease): Promise<string[]> {
    const queues = await pausedQueues(gateIds(found, 'queue'));
    const keys = await rooms.closed(gateIds(found, 'flow-key'), lease);
    const due = await dueLanes(
      found.filter((lane) => lane !== plentiful && isDecidedByTime(gateOf(lane)?.gate)),
      lease.now
    );
    due.add(plentiful);
    return found.filter((lane) => {
      const gate = gateOf(lane);
      if (gate === null) return false;
      if (gate.gate === 'queue') return !queues.has(gate.rowId);
      if (gate.gate === 'batch') return true;
      return due.has(lane) && !(gate.gate === 'flow-key' && keys.has(gate.rowId));
    });
  }

  async function pausedQueues(ids: readonly number[]): Promise<Set<number>> {
    if (ids.length === 0) return new Set();
    const rows = await ctx.query<Row[]>((knex) =>
      knex(tables.queue.name)
        .select('id')
        .whereIn('id', [...ids])
        .andWhere({ paused: true })
    );
    return new Set(rows.map((row) => integer(row.id)));
  }

  /** Takes from open lanes in turn, until there is no more room. */
  async function takeFrom(
    found: readonly string[],
    request: LaneRequest,
    behind: Behind,
    begins: (lane: string) => void = () => undefined
  ): Promise<void> {
    for (const lane of await openOf(found, request.lease)) {
      const room = request.room - behind.rows.length;
      if (room <= 0) return;
      begins(lane);
      behind.rows.push(...(await take(lane, { ...request, room }, behind)));
    }
  }

  /** Continues behind the lane where the last claim stopped, at most once around. */
  async function walk(request: GatedRequest, behind: Behind): Promise<void> {
    const seen = new Set<string>();
    let ends = resumeAfter === FIRST ? 1 : 0;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = await lanes.pageBetween(resumeAfter, GATED_LANES.below);
      const fresh = page.filter((lane) => !seen.has(lane));
      for (const lane of fresh) {
        seen.add(lane);
        quiet = false;
      }
      // Before it is served, so that a lane that fails does not delay the others.
      await takeFrom(fresh, request, behind, (lane) => (resumeAfter = lane));
      const isLast = page.length < LANES_PER_PAGE;
      const isFull = behind.rows.length >= request.room;
      const end = page.at(-1) ?? FIRST;
      if (!isFull || resumeAfter === end) resumeAfter = isLast ? FIRST : end;
      if (isFull || fresh.length < page.length || (isLast && ++ends > 1)) return;
    }
  }

  /** Leased messages are returned: otherwise they would wait until the lease expires. */
  function endEarly({ rows }: Behind, error: unknown): void {
    if (rows.length === 0) throw error;
    ctx.log.error('a claim behind queues and flow-control keys ended early', { error });
  }

  const isQuiet = (look: boolean): boolean => quiet && !look;

  return {
    isQuiet,

    async claimFrom(found, request) {
      const behind: Behind = { rows: [], hasBatches: false };
      await takeFrom(found, request, behind).catch((error: unknown) => endEarly(behind, error));
      return behind;
    },

    async claim(request) {
      const behind: Behind = { rows: [], hasBatches: false };
      if (isQuiet(request.look)) return behind;
      quiet = true; // Before the scan, so that messages put behind a gate during it are not missed.
      try {
        await walk(request, behind);
      } catch (error) {
        quiet = false;
        endEarly(behind, error);
      }
      return behind;
    },

    stir() {
      quiet = false;
    },
  };
}

/** Whether its messages are sent when they are due, and not before. */
const isDecidedByTime = (gate: Gate | undefined): boolean =>
  gate === 'flow-key' || gate === 'latest';

const gateIds = (lanes: readonly string[], wanted: 'queue' | 'flow-key'): number[] =>
  lanes.flatMap((lane) => {
    const gate = gateOf(lane);
    return gate?.gate === wanted ? [gate.rowId] : [];
  });
