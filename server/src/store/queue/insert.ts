/**
 * insert: events and their messages, and further messages of events that are there.
 *
 * Writes    one row per new event, two per message (`outbox.ts`), by as many statements for many as for one,
 *           on PostgreSQL by a single one (`insert-plain.ts`).
 * Atomic    in the caller's transaction: commits or rolls back with the content change.
 * Returns   the messages' row ids, in the order given.
 */
import { randomBytes } from 'node:crypto';

import type { Knex } from 'knex';

import type { StoreContext } from '../sql/context';
import { gateOf, isGated, placeOf } from '../gates/gate-place';
import { lineUp, placesOf } from '../gates/gates';
import { insertPlain, plainWaiting, type Marked } from './insert-plain';
import { insertRows } from './insert-rows';
import { putInOutbox } from './outbox';
import { EVENT_COLUMNS, MESSAGE_COLUMNS, SPECIAL_MESSAGE_COLUMNS } from '../sql/tables';
import type { InsertedMessage, QueueStore } from '../types';
import { eventValues, isSpecial, messageValues, specialValues } from '../sql/values';

/** In hex as long as Strapi's document ids. */
const DOCUMENT_ID_BYTES = 12;

const SPECIAL_COLUMNS = { ...MESSAGE_COLUMNS, ...SPECIAL_MESSAGE_COLUMNS };

/** @param onGated called when messages behind a gate have been committed. */
export function createInsert(ctx: StoreContext, onGated: () => void): QueueStore['insert'] {
  const { crypt } = ctx;

  async function insertSpecial(
    trx: Knex.Transaction,
    deliveries: readonly Marked[],
    now: number
  ): Promise<Map<string, number>> {
    const { tables } = ctx;
    const eventIds = await insertRows(
      ctx,
      trx,
      { table: tables.event, columns: EVENT_COLUMNS, key: 'document_id' },
      deliveries
        .filter(({ eventId }) => eventId === undefined)
        .map(({ event, documentId }) => eventValues(event, documentId))
    );
    const all = deliveries.flatMap(({ messages }) => messages);
    const places = await placesOf(ctx, trx, all, now);
    const messageIds = await insertRows(
      ctx,
      trx,
      { table: tables.message, columns: SPECIAL_COLUMNS, key: 'message_id' },
      deliveries.flatMap(({ event, messages, documentId, eventId }) => {
        const source = { ...event, id: eventId ?? idOf(eventIds, documentId) };
        return messages.map((message) => ({
          ...messageValues(message, source, { crypt, now }),
          ...specialValues(message, places.get(message) ?? null, crypt),
        }));
      })
    );
    const behind = all.filter(isGated);
    if (behind.length > 0) {
      const last = behind.filter(({ queue }) => queue && queue.position === undefined);
      await lineUp(
        trx,
        tables.message.name,
        last.map(({ messageId }) => idOf(messageIds, messageId))
      );
      await ctx.afterCommit(onGated);
    }
    await putInOutbox(
      ctx,
      trx,
      all.map((message) => {
        const id = idOf(messageIds, message.messageId);
        const plain = plainWaiting(message, id);
        const gate = places.get(message);
        if (gate === undefined) return plain;
        const { queue } = message;
        const place = placeOf(queue && { ...queue, position: queue.position ?? id }, plain.dueAt);
        return { ...plain, ...gate, place };
      })
    );
    return messageIds;
  }

  return async (deliveries, now) => {
    if (deliveries.length === 0) return [];
    const marked = deliveries.map((delivery) => ({
      ...delivery,
      documentId: randomBytes(DOCUMENT_ID_BYTES).toString('hex'),
    }));
    const all = deliveries.flatMap(({ messages }) => messages);
    if (all.some(({ lane }) => gateOf(lane) !== null)) await ctx.afterCommit(onGated);
    const isPlain =
      !all.some(isSpecial) && deliveries.every(({ eventId }) => eventId === undefined);
    const ids = await ((isPlain ? insertPlain(ctx, marked, now) : null) ??
      ctx.transaction((trx) => insertSpecial(trx, marked, now)));
    return all.map(({ messageId }): InsertedMessage => ({ id: idOf(ids, messageId), messageId }));
  };
}

function idOf(ids: ReadonlyMap<string, number>, key: string): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`the database did not keep the row ${key}`);
  return id;
}
