/**
 * fold: makes one message of the events that wait for an endpoint in mode `batch`.
 *
 * Decides   under a lock on the endpoint's row, which other nodes skip (`core/gates/batch-turn.ts`).
 * Changes   inserts an event `batch` with one message, due now, and cancels the messages it replaces,
 *           which name it. One transaction: a node that dies folds nothing, or all of it once.
 * Bounded   a batch has at most `maxEvents` events, about as many bytes as one may have, and as many tags
 *           as its receiver takes.
 */
import { randomBytes } from 'node:crypto';

import type { Knex } from 'knex';

import { foldsAt } from '../../core/gates/batch-turn';
import {
  batchKindIn,
  BATCH_LIMITS,
  type BatchRule,
  type DeliveryMode,
} from '../../core/gates/delivery-mode';
import {
  BATCH_LABEL,
  batchBody,
  batchHeaders,
  fittingCount,
  MAX_BATCH_LENGTH,
  type Batched,
  type BatchKind,
} from '../../core/message/batch';
import { hashOf, type LedgerNote } from '../../core/ledger/ledger';
import type { NewEvent, NewMessage } from '../../core/message/message';
import { messageIdFrom } from '../../core/message/message-id';
import type { Rendering } from '../../core/message/rendering';
import { SECOND_MS } from '../../core/time';
import { laneOf } from '../queue/lane';
import { lockInOutbox } from '../queue/outbox';
import { supersede } from '../queue/supersede';
import type { StoreContext } from '../sql/context';
import {
  body,
  flag,
  integer,
  integerOrNull,
  json,
  readHeaders,
  signatures,
  text,
  textOrNull,
  type Row,
} from '../sql/rows';
import { LANE_INDEX } from '../sql/tables';
import type { QueueStore } from '../types';

const MESSAGE_ID_BYTES = 18;
/** Messages whose bodies are read at once. */
const READ_AT_ONCE = 50;
/** Batches of one endpoint in one claim. */
const MAX_BATCHES = 50;

/** Of an endpoint whose mode has changed: what waits is sent at once. */
const FLUSH: BatchRule = { by: 'transaction', maxEvents: BATCH_LIMITS.maxEvents.max };

export function createFoldBatches(ctx: StoreContext, insert: QueueStore['insert']) {
  const { dialect, tables } = ctx;
  /** When a lane may next have a batch, so that each claim need not ask. */
  const waitsUntil = new Map<string, number>();

  /** @returns null when another node has the lock, or the endpoint is gone. */
  async function lockRule(trx: Knex.Transaction, id: number): Promise<BatchRule | null> {
    const query = trx(tables.endpoint.name).select('id', 'delivery').where({ id });
    const [row] = (await dialect.lock(query, 'skip')) as Row[];
    if (row === undefined) return null;
    const delivery = deliveryIn(row.delivery);
    return delivery?.mode === 'batch' ? delivery : FLUSH;
  }

  const inLane = (trx: Knex.Transaction, lane: string): Knex.QueryBuilder =>
    dialect.byIndex(trx, tables.outbox, LANE_INDEX).where({ lane, admitted: 0 });

  /** The first events of the lane that belong together, oldest first. */
  async function firstOf(trx: Knex.Transaction, lane: string, limit: number): Promise<Row[]> {
    const rows = (await inLane(trx, lane)
      .select('id', 'place', 'started', 'order_key')
      .orderBy([{ column: 'place' }, { column: 'id' }])
      .limit(limit)) as Row[];
    return rows.filter(({ order_key }) => text(order_key) === text(rows[0]?.order_key));
  }

  async function newestAt(trx: Knex.Transaction, lane: string): Promise<number> {
    const [row] = (await inLane(trx, lane)
      .select('place')
      .orderBy('place', 'desc')
      .limit(1)) as Row[];
    return integer(row?.place);
  }

  /** Messages with the bodies and documents of their events, in the given order. */
  async function read(trx: Knex.Transaction, ids: readonly number[]): Promise<Row[]> {
    const rows: Row[] = await trx({ m: tables.message.name })
      .leftJoin({ e: tables.event.name }, 'e.id', 'm.event_id')
      .whereIn('m.id', [...ids])
      .select('m.*')
      .select({
        event_body: 'e.body',
        event_body_encoding: 'e.body_encoding',
        content_type: 'e.content_type',
        entry_locale: 'e.entry_locale',
      });
    const places = new Map(ids.map((id, place) => [id, place]));
    const placeOf = (row: Row): number => places.get(integer(row.id)) ?? 0;
    return rows.sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** Reads as many messages as fit into a batch. A few at a time, because their bodies may be large. */
  async function readFitting(trx: Knex.Transaction, ids: readonly number[], kind: BatchKind) {
    const rows: Row[] = [];
    for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
      rows.push(...(await read(trx, ids.slice(from, from + READ_AT_ONCE))));
      const count = fittingCount(kind, rows.map(batchedOf), MAX_BATCH_LENGTH);
      if (count < rows.length) return rows.slice(0, count);
    }
    return rows;
  }

  async function replace(
    trx: Knex.Transaction,
    waiting: readonly number[],
    kind: BatchKind,
    now: number
  ) {
    // Without those that somebody cancels at this moment.
    const open = new Set((await lockInOutbox(ctx, trx, waiting, [])).map(({ id }) => integer(id)));
    const replaced = await readFitting(
      trx,
      waiting.filter((id) => open.has(id)),
      kind
    );
    if (replaced.length === 0) return;
    const last = replaced.at(-1) ?? {};
    const message: NewMessage = {
      ...replacementOf(last, now),
      headers: batchHeaders(replaced.map((row) => readHeaders(row.headers, ctx.crypt).headers)),
      body: batchBody(kind, replaced.map(batchedOf)),
      ledger: notesOf(replaced),
    };
    await insert([{ event: batchEvent(message, last, now), messages: [message] }], now);
    const ids = replaced.map((row) => integer(row.id));
    await supersede(ctx, trx, new Map(ids.map((id) => [id, message.messageId])), now);
  }

  /** @returns whether there was a batch: the lane may have another. */
  function round(lane: string, endpointId: number, now: number): Promise<boolean> {
    return ctx.transaction(async (trx) => {
      const rule = await lockRule(trx, endpointId);
      if (rule === null) return false;
      const first = await firstOf(trx, lane, rule.maxEvents);
      if (first.length === 0) return false;
      const waiting = {
        count: first.length,
        oldestAt: integer(first[0]?.place),
        newestAt: await newestAt(trx, lane),
        isForced: first.some(({ started }) => flag(started)),
      };
      const at = foldsAt(waiting, rule);
      if (at > now) {
        waitsUntil.set(lane, Math.min(at, now + SECOND_MS));
        return false;
      }
      const kind = batchKindIn(text(first[0]?.order_key)) as BatchKind;
      const ids = first.map((row) => integer(row.id));
      await replace(trx, ids, kind, now);
      return true;
    });
  }

  return {
    /** Makes the messages of this lane that are due. @returns whether there were any. */
    async fold(lane: string, endpointId: number, now: number): Promise<boolean> {
      if ((waitsUntil.get(lane) ?? 0) > now) return false;
      waitsUntil.delete(lane);
      let batches = 0;
      while (batches < MAX_BATCHES && (await round(lane, endpointId, now))) batches += 1;
      return batches > 0;
    },

    /** Asks again at the next claim. */
    forget: (): void => waitsUntil.clear(),
  };
}

/** Some drivers parse JSON columns, others return their text. */
const deliveryIn = (value: unknown): DeliveryMode | null =>
  typeof value === 'object'
    ? (value as DeliveryMode | null)
    : json<DeliveryMode | null>(value, null);

function batchedOf(row: Row): Batched {
  const own = textOrNull(row.body) !== null;
  return {
    body: body(
      own ? row.body : row.event_body,
      own ? row.body_encoding : row.event_body_encoding
    ) ?? { text: 'null', encoding: 'utf8' },
    uid: textOrNull(row.uid),
    documentId: textOrNull(row.entry_document_id),
    locale: textOrNull(row.entry_locale),
  };
}

/** Notes the versions that its receiver has once it has acknowledged the batch. */
function notesOf(rows: readonly Row[]): LedgerNote[] | null {
  const notes = rows.flatMap((row) =>
    (json<LedgerNote[] | null>(row.ledger, null) ?? []).map((note) => ({
      ...note,
      hash: hashOf(batchedOf(row).body),
    }))
  );
  return notes.length === 0 ? null : notes;
}

/** The message of a batch, with what the last of its events says of the endpoint. */
function replacementOf(row: Row, now: number): Omit<NewMessage, 'headers' | 'body'> {
  const endpointId = integerOrNull(row.endpoint_id);
  const url = text(row.url);
  return {
    messageId: messageIdFrom(randomBytes(MESSAGE_ID_BYTES)),
    endpointId,
    endpointName: textOrNull(row.endpoint_name),
    topicName: textOrNull(row.topic_name),
    url,
    method: text(row.method),
    lane: laneOf(endpointId, url),
    rendering: json<Rendering | null>(row.rendering, null),
    signatures: signatures(row.signatures),
    retryPolicy: null,
    timeoutMs: null,
    notBefore: now,
    labels: [BATCH_LABEL],
    sourceMessageId: null,
    callerIp: null,
  };
}

const batchEvent = ({ body: batch }: NewMessage, row: Row, now: number): NewEvent => ({
  name: 'batch',
  uid: textOrNull(row.uid),
  entryDocumentId: null,
  entryLocale: null,
  body: batch ?? { text: '', encoding: 'utf8' },
  contentType: text(row.content_type),
  actor: { kind: 'none' },
  source: 'batch',
  occurredAt: now,
});

export type FoldBatches = ReturnType<typeof createFoldBatches>;
