/**
 * Gates that messages wait behind: FIFO queues and flow-control keys.
 *
 * Created   by the first message that names them, in its transaction.
 * Deleted   never: the lane of a waiting message contains the row's id.
 * Limits    of a key are those of the latest message, unless an operator has pinned them. Read before
 *           they are written, so that many messages with the same limits lock nothing.
 */
import { createHash } from 'node:crypto';

import type { Knex } from 'knex';

import { batchKindIn } from '../../core/gates/delivery-mode';
import type { FlowControl, NewMessage } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { gateLane, isGated } from './gate-place';
import { laneOf } from '../queue/lane';
import type { Waiting } from '../queue/outbox';
import { flag, integer, integerOrNull, text, textOrNull, type Row } from '../sql/rows';
import type { GatePlace } from '../sql/values';
import { SECOND_MS } from '../../core/time';

export const DEFAULT_PERIOD_MS = SECOND_MS;
export const DEFAULT_PARALLELISM = 1;

export const keyDigest = (key: string): string => createHash('sha256').update(key).digest('hex');

/** @returns places of the messages that wait behind a gate. */
export async function placesOf(
  ctx: StoreContext,
  trx: Knex.Transaction,
  messages: readonly NewMessage[],
  now: number
): Promise<Map<NewMessage, GatePlace>> {
  const gated = messages.filter(isGated);
  const queues = await ensureQueues(
    ctx,
    trx,
    gated.map(({ queue }) => queue?.name),
    now
  );
  const keys = await bringFlowKeys(
    ctx,
    trx,
    gated.map(({ flowControl }) => flowControl)
  );
  return new Map(
    gated.map((message) => {
      const { queue, flowControl } = message;
      const flowKeyId = flowControl ? (keys.get(flowControl.key) ?? null) : null;
      const lane = queue
        ? gateLane('queue', queues.get(queue.name) ?? 0)
        : gateLane('flow-key', flowKeyId ?? 0);
      return [message, { lane, flowKeyId }];
    })
  );
}

/** Gives queued messages without a position their own: the end of the queue, which is their row id. */
export async function lineUp(
  trx: Knex.Transaction,
  messageTable: string,
  ids: readonly number[]
): Promise<void> {
  if (ids.length === 0) return;
  await trx(messageTable)
    .whereIn('id', [...ids])
    .update({ queue_position: trx.ref('id') });
}

/** Columns of a message that `waitingAgain` reads. */
export const WAITING_COLUMNS = [
  'endpoint_id',
  'url',
  'queue_name',
  'queue_position',
  'flow_control_key',
  'flow_key_id',
  'attempts',
  'source_message_id',
  'order_key',
] as const;

/** Where a stored message waits, without its outbox row: in its old place, from `dueAt` on. */
export async function waitingAgain(
  ctx: StoreContext,
  trx: Knex.Transaction,
  row: Row,
  dueAt: number
): Promise<Omit<Waiting, 'id'>> {
  const name = textOrNull(row.queue_name);
  const endpointId = integerOrNull(row.endpoint_id);
  const flowKeyId = integerOrNull(row.flow_key_id);
  const waiting = {
    dueAt,
    place: dueAt,
    endpointId,
    flowKeyId,
    started: integer(row.attempts) > 0 || textOrNull(row.source_message_id) !== null,
    orderKey: textOrNull(row.order_key),
  };
  if (name !== null) {
    const queues = await ensureQueues(ctx, trx, [name], dueAt);
    const lane = gateLane('queue', queues.get(name) ?? 0);
    return { ...waiting, lane, place: integer(row.queue_position) };
  }
  if (waiting.orderKey !== null && endpointId !== null) {
    const gate = batchKindIn(waiting.orderKey) === null ? 'latest' : 'batch';
    return { ...waiting, lane: gateLane(gate, endpointId) };
  }
  const isLimited = textOrNull(row.flow_control_key) !== null;
  const lane = isLimited ? gateLane('flow-key', flowKeyId ?? 0) : laneOf(endpointId, text(row.url));
  return { ...waiting, lane };
}

/**
 * Creates missing queues with parallelism 1 and restores removed ones. @returns row ids by name.
 */
export async function ensureQueues(
  ctx: StoreContext,
  trx: Knex.Transaction,
  names: readonly (string | undefined)[],
  now: number
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  // In one order everywhere, so that concurrent transactions cannot deadlock.
  for (const name of [...new Set(names)].sort()) {
    if (name !== undefined) ids.set(name, await ensureQueue(ctx, trx, name, now));
  }
  return ids;
}

async function ensureQueue(
  { tables, dialect }: StoreContext,
  trx: Knex.Transaction,
  name: string,
  now: number
): Promise<number> {
  const table = tables.queue.name;
  const [known] = (await trx(table).select('id', 'removed').where({ name })) as Row[];
  if (known !== undefined) {
    if (flag(known.removed)) await trx(table).where({ id: known.id }).update({ removed: false });
    return integer(known.id);
  }
  const fresh = { name, parallelism: DEFAULT_PARALLELISM, paused: false, removed: false };
  await trx(table)
    .insert({ ...fresh, made_at: now, changed_at: now })
    .onConflict('name')
    .ignore();
  // Locks, because MySQL would otherwise show the table as of the start of the transaction.
  const [made] = (await dialect.lock(trx(table).select('id').where({ name }), 'wait')) as Row[];
  return integer(made?.id);
}

/** @returns row ids by key. */
export async function bringFlowKeys(
  ctx: StoreContext,
  trx: Knex.Transaction,
  wanted: readonly (FlowControl | null | undefined)[]
): Promise<Map<string, number>> {
  const latest = new Map<string, FlowControl>();
  for (const flow of wanted) if (flow) latest.set(flow.key, flow);
  const ids = new Map<string, number>();
  for (const key of [...latest.keys()].sort()) {
    const flow = latest.get(key);
    if (flow !== undefined) ids.set(key, await bringFlowKey(ctx, trx, flow));
  }
  return ids;
}

async function bringFlowKey(
  { tables, dialect }: StoreContext,
  trx: Knex.Transaction,
  flow: FlowControl
): Promise<number> {
  const table = tables.flowKey.name;
  const digest = keyDigest(flow.key);
  const find = () => trx(table).where({ digest });
  const [known] = (await find()) as Row[];
  if (known !== undefined) {
    const change = limitsToWrite(known, flow);
    if (change !== null) await find().update(change);
    return integer(known.id);
  }
  await trx(table)
    .insert({
      digest,
      name: flow.key,
      parallelism: flow.parallelism ?? null,
      rate: flow.rate ?? null,
      period_ms: flow.periodMs ?? DEFAULT_PERIOD_MS,
      parallelism_pinned: false,
      rate_pinned: false,
      paused: false,
      rate_count: 0,
      period_start: 0,
    })
    .onConflict('digest')
    .ignore();
  const [made] = (await dialect.lock(find().select('id'), 'wait')) as Row[];
  return integer(made?.id);
}

/**
 * A message that names one limit sets them all: those it omits are lifted. One with only the key
 * changes nothing.
 */
function limitsToWrite(row: Row, { parallelism, rate, periodMs }: FlowControl) {
  if (parallelism === undefined && rate === undefined) return null;
  const wanted = {
    ...(!flag(row.parallelism_pinned) && { parallelism: parallelism ?? null }),
    ...(!flag(row.rate_pinned) && {
      rate: rate ?? null,
      period_ms: periodMs ?? DEFAULT_PERIOD_MS,
    }),
  };
  const differs = Object.entries(wanted).some(
    ([column, value]) => integerOrNull(row[column]) !== value
  );
  return differs ? wanted : null;
}
