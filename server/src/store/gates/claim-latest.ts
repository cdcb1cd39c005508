/**
 * claim, for the messages of an endpoint in mode `latest`.
 *
 * Decides   under a lock on the endpoint's row, which other nodes skip (`core/gates/latest-turn.ts`).
 * Changes   as claim does; messages that a newer one replaces are canceled and name it. Never in the
 *           transaction of a content change: editors do not wait for each other.
 * Bounded   reads as many due messages as are wanted, then all messages about the same documents, up to a limit. A
 *           document with more is left for the next round, when fewer are left.
 */
import type { Knex } from 'knex';

import { documentOf, siblingKeys } from '../../core/gates/delivery-mode';
import { latestTurns, type Ordered } from '../../core/gates/latest-turn';
import type { Lease, Leases } from '../queue/lease';
import type { StoreContext } from '../sql/context';
import { isOneOf } from '../sql/one-of';
import { integer, integerOrNull, text, type Row } from '../sql/rows';
import { LANE_INDEX, ORDER_INDEX } from '../sql/tables';
import { unleased } from '../queue/outbox';
import { supersede } from '../queue/supersede';

/** Messages read about the documents of a window. */
const MAX_ROWS = 2_000;
/** Rounds of a claim that sent fewer than wanted, because most messages were replaced. */
const MAX_ROUNDS = 8;

interface Request {
  lease: Lease;
  /** Maximum number of messages. */
  room: number;
}

export function createLatestClaims(ctx: StoreContext, leases: Leases) {
  const { dialect, tables } = ctx;

  /** @returns false when another node has the lock, or the endpoint is gone. */
  async function lockEndpoint(trx: Knex.Transaction, id: number): Promise<boolean> {
    const query = trx(tables.endpoint.name).select('id').where({ id });
    return ((await dialect.lock(query, 'skip')) as Row[]).length > 0;
  }

  async function dueKeys(
    trx: Knex.Transaction,
    lane: string,
    { lease, room }: Request
  ): Promise<string[]> {
    const rows = (await dialect
      .byIndex(trx, tables.outbox, LANE_INDEX)
      .select('order_key')
      .where({ lane, admitted: 0 })
      .andWhere('place', '<=', lease.now)
      .andWhereRaw(unleased(), [lease.now])
      .orderBy([{ column: 'place' }, { column: 'id' }])
      .limit(room)) as Row[];
    return rows.map((row) => text(row.order_key));
  }

  /** Unfinished messages about the documents of these keys; only documents that were read whole. */
  async function messagesAbout(
    trx: Knex.Transaction,
    keys: readonly string[],
    now: number
  ): Promise<{ messages: Ordered[]; surplus: Ordered[] }> {
    const isAbout = isOneOf(dialect, 'order_key', siblingKeys(keys));
    const rows = (await dialect
      .byIndex(trx, tables.outbox, ORDER_INDEX)
      .select('id', 'order_key', 'due_at', 'leased_until')
      .whereRaw(isAbout.sql, isAbout.bindings)
      .orderBy([{ column: 'order_key' }, { column: 'id' }])
      .limit(MAX_ROWS)) as Row[];
    const found = rows.map((row) => ({
      id: integer(row.id),
      key: text(row.order_key),
      dueAt: integer(row.due_at),
      inFlight: (integerOrNull(row.leased_until) ?? 0) > now,
    }));
    if (found.length < MAX_ROWS) return { messages: found, surplus: [] };
    const cut = documentOf(found.at(-1)?.key ?? '');
    const isCut = ({ key }: Ordered): boolean => documentOf(key) === cut;
    return { messages: found.filter((one) => !isCut(one)), surplus: found.filter(isCut) };
  }

  /** Message ids by row id. */
  async function namesOf(
    trx: Knex.Transaction,
    ids: readonly number[]
  ): Promise<Map<number, string>> {
    const rows = (await dialect
      .byId(trx, tables.message)
      .select('id', 'message_id')
      .whereIn('id', [...new Set(ids)])) as Row[];
    return new Map(rows.map((row) => [integer(row.id), text(row.message_id)]));
  }

  async function replace(
    trx: Knex.Transaction,
    superseded: ReadonlyMap<number, number>,
    now: number
  ): Promise<void> {
    if (superseded.size === 0) return;
    const names = await namesOf(trx, [...superseded.values()]);
    const named = [...superseded].map(([id, by]) => [id, names.get(by) ?? ''] as const);
    await supersede(ctx, trx, new Map(named), now);
  }

  /** @returns leased rows, and whether a further round may find more. */
  function round(
    lane: string,
    endpointId: number,
    request: Request
  ): Promise<{ rows: Row[]; again: boolean }> {
    const { lease, room } = request;
    return ctx.transaction(async (trx) => {
      if (!(await lockEndpoint(trx, endpointId))) return { rows: [], again: false };
      const keys = await dueKeys(trx, lane, request);
      if (keys.length === 0) return { rows: [], again: false };
      const { messages, surplus } = await messagesAbout(trx, [...new Set(keys)], lease.now);
      const { send, superseded } = latestTurns(messages, lease.now);
      const cut = latestTurns(surplus, lease.now).superseded;
      await replace(trx, new Map([...superseded, ...cut]), lease.now);
      const { rows } = await leases.these(lease, send.slice(0, room));
      return { rows, again: superseded.size + cut.size > 0 };
    });
  }

  /** Claims the messages of this lane that may be sent. */
  return async function claimLatest(
    lane: string,
    endpointId: number,
    { lease, room }: Request
  ): Promise<Row[]> {
    const rows: Row[] = [];
    for (let rounds = 0; rounds < MAX_ROUNDS && rows.length < room; rounds += 1) {
      const taken = await round(lane, endpointId, { lease, room: room - rows.length });
      rows.push(...taken.rows);
      if (!taken.again) break;
    }
    return rows;
  };
}
