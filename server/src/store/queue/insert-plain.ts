/**
 * insert, for messages without callbacks, gates and the like, which nearly all are.
 *
 * PostgreSQL: events, messages and outbox rows by one statement. SQLite: on the driver. MySQL, which has no
 * RETURNING, inserts them like all others.
 */
import type { NewMessage } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { integer, rowsOf, text } from '../sql/rows';
import { bound } from '../sql/sqlite-handle';
import {
  EVENT_COLUMNS,
  MESSAGE_COLUMNS,
  OUTBOX_COLUMNS,
  type Columns,
  type Values,
} from '../sql/tables';
import { eventValues, messageValues } from '../sql/values';
import type { Delivery } from '../types';
import { MAX_LANE_LENGTH } from './lane';
import { outboxValues, type Waiting } from './outbox';

export interface Marked extends Delivery {
  /** Random. Maps the event back to its row. */
  documentId: string;
}

/** @returns row ids by message id; null where messages are inserted like all others. */
export function insertPlain(
  ctx: StoreContext,
  deliveries: readonly Marked[],
  now: number
): Promise<Map<string, number>> | null {
  switch (ctx.dialect.name) {
    case 'postgres':
      return onPostgres(ctx, deliveries, now);
    case 'sqlite':
      return onSqlite(ctx, deliveries, now);
    case 'mysql':
      return null;
  }
}

/** @param id of its row. */
export const plainWaiting = (message: NewMessage, id: number): Waiting => ({
  id,
  lane: message.lane.slice(0, MAX_LANE_LENGTH),
  dueAt: message.notBefore,
  place: message.notBefore,
  endpointId: message.endpointId,
  flowKeyId: null,
  started: message.sourceMessageId !== null,
  orderKey: message.orderKey ?? null,
});

const MARKED_COLUMNS = {
  ...MESSAGE_COLUMNS,
  turn: 'integer',
  document_id: 'text',
  lane: 'text',
  gated: 'integer',
} as const satisfies Columns;

async function onPostgres(
  { crypt, dialect, tables, query }: StoreContext,
  deliveries: readonly Marked[],
  now: number
): Promise<Map<string, number>> {
  const events = dialect.rowset(
    EVENT_COLUMNS,
    deliveries.map(({ event, documentId }) => eventValues(event, documentId))
  );
  const messages = dialect.rowset(
    MARKED_COLUMNS,
    deliveries
      .flatMap(({ event, messages: its, documentId }) =>
        its.map((message): Values => {
          const values = messageValues(message, { ...event, id: 0 }, { crypt, now });
          const { lane, gated } = outboxValues(plainWaiting(message, 0));
          return { ...values, document_id: documentId, lane: lane ?? null, gated: gated ?? null };
        })
      )
      .map((values, turn) => ({ ...values, turn }))
  );
  const ofEvent = Object.keys(EVENT_COLUMNS).join(', ');
  const ofMessage = Object.keys(MESSAGE_COLUMNS);
  const read = ofMessage.map((name) => (name === 'event_id' ? 'made.id' : `s.${name}`));
  const sql = `with made as (
      insert into ${tables.event.quoted} (${ofEvent}) select ${ofEvent} from ${events.sql}
      returning id, document_id
    ), given as materialized (
      select * from ${messages.sql}
    ), sent as (
      insert into ${tables.message.quoted} (${ofMessage.join(', ')})
      select ${read.join(', ')} from given s join made on made.document_id = s.document_id order by s.turn
      returning id, message_id
    ), waiting as (
      insert into ${tables.outbox.quoted} (id, lane, gated, admitted, due_at, place, endpoint_id, started, order_key)
      select sent.id, s.lane, s.gated, 0, s.not_before, s.not_before, s.endpoint_id,
        case when s.source_message_id is null then 0 else 1 end, s.order_key
      from sent join given s on s.message_id = sent.message_id
    )
    select id, message_id from sent`;
  const bindings = [...events.bindings, ...messages.bindings];
  const rows = rowsOf(await query((knex) => knex.raw(sql, bindings)));
  return new Map(rows.map((row) => [text(row.message_id), integer(row.id)]));
}

function onSqlite(
  { crypt, onHandle, tables }: StoreContext,
  deliveries: readonly Marked[],
  now: number
): Promise<Map<string, number>> {
  return onHandle((handle) => {
    const inserter = (table: string, columns: Columns) => {
      const names = Object.keys(columns);
      const statement = handle.prepare(
        `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`
      );
      return (values: Values): number =>
        Number(statement.run(...names.map((name) => bound(values[name]))).lastInsertRowid);
    };
    const insertEvent = inserter(tables.event.quoted, EVENT_COLUMNS);
    const insertMessage = inserter(tables.message.quoted, MESSAGE_COLUMNS);
    const insertWaiting = inserter(tables.outbox.quoted, OUTBOX_COLUMNS);
    const ids = new Map<string, number>();
    for (const { event, messages, documentId } of deliveries) {
      const eventId = insertEvent(eventValues(event, documentId));
      for (const message of messages) {
        const values = messageValues(message, { ...event, id: eventId }, { crypt, now });
        const id = insertMessage(values);
        insertWaiting(outboxValues(plainWaiting(message, id)));
        ids.set(message.messageId, id);
      }
    }
    return ids;
  });
}
