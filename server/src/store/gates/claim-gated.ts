/**
 * claim, of messages behind a gate: a FIFO queue, a flow-control key, or both.
 *
 * Finds     gates with work by a loose scan of their lanes, which lie together in the index. When a
 *           scan found none, the next one waits until something happens here, or a second has passed.
 * Decides   under a lock on the gate's row, which other nodes pass by: the order of a queue
 *           (`core/gates/queue-turn.ts`), the room of a key (`core/gates/flow-window.ts`), from rows alone.
 * Changes   as claim does; of a key also what its current period has counted.
 * Atomic    in a transaction for each gate. Its lock makes the count of messages in flight exact:
 *           nobody else can add to it meanwhile, only take away.
 */
import type { Knex } from 'knex';

import { turnsOf, type InLine } from '../../core/gates/queue-turn';
import type { StoreContext } from '../sql/context';
import { GATED_LANES, gateOf, LEASED, leaseEndOf, PARKED } from './gate-place';
import { createKeyRooms } from './key-rooms';
import type { Budget } from '../queue/lane-budget';
import type { Lanes } from '../queue/lanes';
import type { Lease, Leases } from '../queue/lease';
import { flag, integer, integerOrNull, type Row } from '../sql/rows';

/** Rows of a queue looked at, per place that may have its turn: a place may have several callbacks. */
const ROWS_PER_PLACE = 4;
const MIN_ROWS = 32;

export interface GatedRequest {
  lease: Lease;
  /** Maximum number of messages. */
  room: number;
  budget: Budget;
  /** Look although nothing has happened here: another node may have given us work. */
  look: boolean;
  /** Endpoints whose messages are held. */
  heldEndpoints: readonly number[];
}

export interface GatedClaims {
  claim(request: GatedRequest): Promise<Row[]>;
  /** Something has been put behind a gate, or has left it. */
  stir(): void;
}

export function createGatedClaims(ctx: StoreContext, leases: Leases, lanes: Lanes): GatedClaims {
  const { dialect, tables } = ctx;
  const rooms = createKeyRooms(ctx);
  /** The last scan found nothing, and nothing has happened since. */
  let quiet = false;
  /** With more work than room, the next claim goes on behind the lane where this one stopped. */
  let lastServed = '';

  const inGate = (lease: Lease): Lease => ({ ...lease, gated: true });

  /** @returns null when it is paused, or another node is at it. */
  async function lockQueue(trx: Knex.Transaction, id: number): Promise<Row | null> {
    const query = trx(tables.queue.name).where({ id });
    const [row] = (await dialect.lock(query, 'skip')) as Row[];
    return row === undefined || flag(row.paused) ? null : row;
  }

  /** What is being sent comes first, then who is next. */
  async function lineOf(knex: Knex, lane: string, limit: number): Promise<Row[]> {
    return knex(tables.message.name)
      .select('id', 'queue_position', 'state', 'due_at', 'not_before', 'attempts')
      .select('source_message_id', 'endpoint_id', 'flow_key_id')
      .where({ lane })
      .orderBy([{ column: 'due_at' }, { column: 'id' }])
      .limit(limit);
  }

  async function takeFromQueue(lane: string, id: number, request: GatedRequest): Promise<Row[]> {
    const { lease, heldEndpoints } = request;
    const room = Math.min(request.room, request.budget.left(lane));
    // Which keys the head of the line needs; asked before the transaction, because on MySQL its
    // first ordinary read fixes what the later ones see, and that must not be before the locks.
    const peeked = await ctx.query((knex) => lineOf(knex, lane, MIN_ROWS));
    const keyIds = idsOf(peeked, 'flow_key_id');
    return ctx.transaction(async (trx) => {
      const queue = await lockQueue(trx, id);
      if (queue === null) return [];
      const keys = await rooms.open(trx, keyIds, lease.now);
      const parallelism = integer(queue.parallelism);
      const line = await lineOf(trx, lane, Math.max(MIN_ROWS, ROWS_PER_PLACE * parallelism));
      const rows = new Map(line.map((row) => [integer(row.id), row]));
      const chosen = turnsOf(line.map(inLine), parallelism, lease.now)
        .filter((rowId) => {
          const row = rows.get(rowId) ?? {};
          if (heldEndpoints.includes(integer(row.endpoint_id))) return false;
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

  async function takeFromKey(lane: string, id: number, request: GatedRequest): Promise<Row[]> {
    const { lease, heldEndpoints } = request;
    return ctx.transaction(async (trx) => {
      const keys = await rooms.open(trx, [id], lease.now);
      const room = Math.min(request.room, request.budget.left(lane), keys.roomOf(id));
      if (room <= 0) return [];
      const query = trx(tables.message.name)
        .select('id')
        .where({ lane })
        .andWhere((due) => {
          void due
            .whereBetween('due_at', [LEASED, LEASED + lease.now])
            .orWhereBetween('due_at', [PARKED, PARKED + lease.now]);
        })
        .orderBy([{ column: 'due_at' }, { column: 'id' }])
        .limit(room);
      if (heldEndpoints.length > 0) {
        void query.andWhere((open) => {
          void open.whereNull('endpoint_id').orWhereNotIn('endpoint_id', [...heldEndpoints]);
        });
      }
      const due = (await query) as Row[];
      const taken = await leases.these(
        inGate(lease),
        due.map((row) => integer(row.id))
      );
      await keys.close(taken.rows.map(() => id));
      return taken.rows;
    });
  }

  function take(lane: string, request: GatedRequest): Promise<Row[]> {
    const gate = gateOf(lane);
    if (gate === null || request.budget.left(lane) <= 0) return Promise.resolve([]);
    switch (gate.gate) {
      case 'queue':
        return takeFromQueue(lane, gate.rowId, request);
      case 'flow-key':
        return takeFromKey(lane, gate.rowId, request);
    }
  }

  /** Lanes that are not worth a transaction are left out: paused, or all used up for this period. */
  async function openLanes(now: number): Promise<string[]> {
    const found = await lanes.between(GATED_LANES.above, GATED_LANES.below);
    if (found.length === 0) return [];
    quiet = false;
    const queues = await pausedQueues(found);
    const keys = await rooms.closed(gateIds(found, 'flow-key'), now);
    const open = found.filter((lane) => {
      const gate = gateOf(lane);
      return gate !== null && !(gate.gate === 'queue' ? queues : keys).has(gate.rowId);
    });
    const turn = open.findIndex((lane) => lane > lastServed);
    return turn <= 0 ? open : [...open.slice(turn), ...open.slice(0, turn)];
  }

  async function pausedQueues(found: readonly string[]): Promise<Set<number>> {
    const ids = gateIds(found, 'queue');
    if (ids.length === 0) return new Set();
    const rows = await ctx.query<Row[]>((knex) =>
      knex(tables.queue.name).select('id').whereIn('id', ids).andWhere({ paused: true })
    );
    return new Set(rows.map((row) => integer(row.id)));
  }

  return {
    async claim(request) {
      if (quiet && !request.look) return [];
      quiet = true; // before the scan: who stirs during it is not overlooked
      const rows: Row[] = [];
      for (const lane of await openLanes(request.lease.now)) {
        const room = request.room - rows.length;
        if (room <= 0) break;
        rows.push(...(await take(lane, { ...request, room })));
        lastServed = lane;
      }
      return rows;
    },

    stir() {
      quiet = false;
    },
  };
}

function inLine(row: Row): InLine {
  const active = row.state === 'active';
  return {
    id: integer(row.id),
    place: integer(row.queue_position),
    readyAt: active ? leaseEndOf(integer(row.due_at)) : integer(row.not_before),
    started: active || integer(row.attempts) > 0 || row.source_message_id !== null,
  };
}

const gateIds = (lanes: readonly string[], wanted: 'queue' | 'flow-key'): number[] =>
  lanes.flatMap((lane) => {
    const gate = gateOf(lane);
    return gate?.gate === wanted ? [gate.rowId] : [];
  });

const idsOf = (rows: readonly Row[], column: string): number[] => [
  ...new Set(rows.map((row) => integerOrNull(row[column])).filter((id) => id !== null)),
];
