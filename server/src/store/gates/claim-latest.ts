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
import { latestTurns, type LatestTurns, type Ordered } from '../../core/gates/latest-turn';
import { takeOnHandle } from '../queue/claim-sqlite';
import type { Lease, Leases } from '../queue/lease';
import type { StoreContext } from '../sql/context';
import type { Sql } from '../sql/dialect';
import { isOneOf } from '../sql/one-of';
import { integer, integerOrNull, rowsOf, text, type Row } from '../sql/rows';
import type { Bound } from '../sql/sqlite-handle';
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

interface Round {
  /** Leased. */
  rows: Row[];
  /** Messages were replaced: a further round may find more. */
  again: boolean;
}

const NOTHING: Round = { rows: [], again: false };

export function createLatestClaims(ctx: StoreContext, leases: Leases) {
  const { dialect, tables } = ctx;
  const outboxBy = (index: string): string =>
    tables.outbox.quoted + (dialect.name === 'mysql' ? ` force index (${index})` : '');

  const read = async ({ sql, bindings }: Sql): Promise<Row[]> =>
    rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));
  /** On PostgreSQL, the statements have one text however many documents there are. */
  const readAgain = async (statement: Sql): Promise<Row[]> =>
    dialect.name === 'postgres'
      ? rowsOf(await ctx.prepared(statement.sql, statement.bindings))
      : read(statement);

  /** Locks the endpoint's row. @returns none when another node has the lock, or the endpoint is gone. */
  async function lockAndRead(trx: Knex.Transaction, endpointId: number, due: Sql): Promise<Row[]> {
    // In one round trip. These rows only name documents, so they may be older than the lock.
    if (dialect.name === 'postgres') {
      const sql = `with locked as (
          select id from ${tables.endpoint.quoted} where id = ? for update skip locked
        ), due as (${due.sql}) select order_key from due where exists (select 1 from locked)`;
      return readAgain({ sql, bindings: [endpointId, ...due.bindings] });
    }
    const query = trx(tables.endpoint.name).select('id').where({ id: endpointId });
    const locked = (await dialect.lock(query, 'skip')) as Row[];
    return locked.length === 0 ? [] : read(due);
  }

  const dueIn = (lane: string, { lease, room }: Request): Sql => ({
    sql: `select order_key from ${outboxBy(LANE_INDEX)}
      where lane = ? and admitted = 0 and place <= ? and ${unleased()} order by place, id limit ?`,
    bindings: [lane, lease.now, lease.now, room],
  });

  /** Unfinished messages about the documents of these messages. */
  function aboutThose(due: readonly Row[]): Sql {
    const keys = siblingKeys(due.map((row) => text(row.order_key)));
    const { sql, bindings } = isOneOf(dialect, 'order_key', keys);
    return {
      sql: `select id, order_key, due_at, leased_until from ${outboxBy(ORDER_INDEX)}
        where ${sql} order by order_key, id limit ?`,
      bindings: [...bindings, MAX_ROWS],
    };
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

  const round = (lane: string, endpointId: number, request: Request): Promise<Round> =>
    ctx.transaction(async (trx) => {
      const { lease, room } = request;
      const due = await lockAndRead(trx, endpointId, dueIn(lane, request));
      if (due.length === 0) return NOTHING;
      const { send, superseded } = turnsAmong(await readAgain(aboutThose(due)), lease.now);
      await replace(trx, superseded, lease.now);
      const { rows } = await leases.these(lease, send.slice(0, room));
      return { rows, again: superseded.size > 0 };
    });

  /** The same on SQLite, in one turn of the event loop. @returns null when messages are to be replaced. */
  const roundOnHandle = (
    lane: string,
    endpointId: number,
    request: Request
  ): Promise<Round | null> =>
    ctx.onHandle((handle) => {
      const { lease, room } = request;
      const readNow = ({ sql, bindings }: Sql): Row[] =>
        handle.prepare(sql).all(...(bindings as Bound[]));
      const endpoint = `select id from ${tables.endpoint.quoted} where id = ?`;
      if (readNow({ sql: endpoint, bindings: [endpointId] }).length === 0) return NOTHING;
      const due = readNow(dueIn(lane, request));
      if (due.length === 0) return NOTHING;
      const { send, superseded } = turnsAmong(readNow(aboutThose(due)), lease.now);
      if (superseded.size > 0) return null;
      const ids = send.slice(0, room);
      return { rows: takeOnHandle(tables, handle, { ids, lease }), again: false };
    });

  /** Claims the messages of this lane that may be sent. */
  return async function claimLatest(
    lane: string,
    endpointId: number,
    { lease, room }: Request
  ): Promise<Row[]> {
    const rows: Row[] = [];
    for (let rounds = 0; rounds < MAX_ROUNDS && rows.length < room; rounds += 1) {
      const request = { lease, room: room - rows.length };
      const quick =
        dialect.name === 'sqlite' ? await roundOnHandle(lane, endpointId, request) : null;
      const taken = quick ?? (await round(lane, endpointId, request));
      rows.push(...taken.rows);
      if (!taken.again) break;
    }
    return rows;
  };
}

/** Decides among messages about some documents; of a document that was not read whole, it sends none. */
function turnsAmong(rows: readonly Row[], now: number): LatestTurns {
  const found = rows.map((row) => ({
    id: integer(row.id),
    key: text(row.order_key),
    dueAt: integer(row.due_at),
    inFlight: (integerOrNull(row.leased_until) ?? 0) > now,
  }));
  const cut = found.length < MAX_ROWS ? null : documentOf(found.at(-1)?.key ?? '');
  const isCut = ({ key }: Ordered): boolean => documentOf(key) === cut;
  const { send, superseded } = latestTurns(
    found.filter((one) => !isCut(one)),
    now
  );
  const surplus = latestTurns(found.filter(isCut), now).superseded;
  return { send, superseded: new Map([...superseded, ...surplus]) };
}
