/**
 * insert: events and their messages.
 *
 * Writes    one row per event, two per message (`outbox.ts`), by three statements whatever their number.
 * Atomic    in the caller's transaction: commits or rolls back with the content change.
 * Returns   the messages' row ids, in the order given.
 */
import { randomBytes } from 'node:crypto';

import type { StoreContext } from '../sql/context';
import { isGated, placeOf } from '../gates/gate-place';
import { lineUp, placesOf } from '../gates/gates';
import { insertRows } from './insert-rows';
import { putInOutbox } from './outbox';
import { EVENT_COLUMNS, MESSAGE_COLUMNS, SPECIAL_MESSAGE_COLUMNS } from '../sql/tables';
import type { InsertedMessage, QueueStore } from '../types';
import { MAX_LANE_LENGTH } from './lane';
import { eventValues, isSpecial, messageValues, specialValues } from '../sql/values';

/** In hex as long as Strapi's document ids. */
const DOCUMENT_ID_BYTES = 12;

const SPECIAL_COLUMNS = { ...MESSAGE_COLUMNS, ...SPECIAL_MESSAGE_COLUMNS };

/** @param onGated called when messages behind a gate have been committed. */
export function createInsert(ctx: StoreContext, onGated: () => void): QueueStore['insert'] {
  const { crypt } = ctx;

  return async (deliveries, now) => {
    if (deliveries.length === 0) return [];
    return ctx.transaction(async (trx) => {
      const { tables } = ctx;
      const marked = deliveries.map(({ event, messages }) => ({
        event,
        messages,
        // Strapi's column for a document id, used to map events back to their rows.
        documentId: randomBytes(DOCUMENT_ID_BYTES).toString('hex'),
      }));
      const eventIds = await insertRows(
        ctx,
        trx,
        { table: tables.event, columns: EVENT_COLUMNS, key: 'document_id' },
        marked.map(({ event, documentId }) => eventValues(event, documentId))
      );
      const all = deliveries.flatMap(({ messages }) => messages);
      // Ordinary messages need no columns for gates.
      const special = all.some(isSpecial);
      const places = special ? await placesOf(ctx, trx, all, now) : null;
      const values = marked.flatMap(({ event, messages, documentId }) => {
        const source = { ...event, id: idOf(eventIds, documentId) };
        return messages.map((message) => ({
          ...messageValues(message, source, { crypt, now }),
          ...(places && specialValues(message, places.get(message) ?? null, crypt)),
        }));
      });
      const columns = special ? SPECIAL_COLUMNS : MESSAGE_COLUMNS;
      const messageIds = await insertRows(
        ctx,
        trx,
        { table: tables.message, columns, key: 'message_id' },
        values
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
          const { messageId, queue, notBefore, endpointId, sourceMessageId } = message;
          const id = idOf(messageIds, messageId);
          const gate = places?.get(message);
          const position = queue?.position ?? id;
          return {
            id,
            lane: gate?.lane ?? message.lane.slice(0, MAX_LANE_LENGTH),
            dueAt: notBefore,
            place: placeOf(queue && { ...queue, position }, notBefore),
            endpointId,
            flowKeyId: gate?.flowKeyId ?? null,
            started: sourceMessageId !== null,
          };
        })
      );
      return deliveries.flatMap(({ messages }) =>
        messages.map(({ messageId }): InsertedMessage => ({
          id: idOf(messageIds, messageId),
          messageId,
        }))
      );
    });
  };
}

function idOf(ids: ReadonlyMap<string, number>, key: string): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`the database did not keep the row ${key}`);
  return id;
}
