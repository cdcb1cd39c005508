/** Events, newest first and paged by row id. Bodies are read one at a time. */
import type { Knex } from 'knex';

import { isBraked } from '../../gates/brakes';
import type { StoreContext } from '../../sql/context';
import {
  body,
  eventView,
  flag,
  integer,
  integerOrNull,
  rowsOf,
  stateOf,
  text,
  textOrNull,
  type Row,
} from '../../sql/rows';
import type { EventDelivery, EventFilter } from '../../views';
import type { QueryStore } from '../../types';
import { titleLike } from './filter';
import { inRange } from './listings';

/** Some tens of milliseconds on PostgreSQL. */
const SEARCHED_ROWS = 50_000;

export const EVENT_VIEW_COLUMNS = [
  'id',
  'name',
  'uid',
  'entry_document_id',
  'entry_locale',
  'entry_title',
  'actor_kind',
  'actor_id',
  'actor_label',
  'source',
  'occurred_at',
];

type EventQueries = Pick<QueryStore, 'listEvents' | 'eventWindow' | 'deliveriesOf' | 'findEvent'>;

/** @param searched rows that one search of the events reads at most. */
export function createEventQueries(ctx: StoreContext, searched = SEARCHED_ROWS): EventQueries {
  const { tables } = ctx;
  return {
    async listEvents(filter, { limit, ...range }) {
      const rows = await ctx.query<Row[]>((knex) => {
        const query = knex(tables.event.name).select(EVENT_VIEW_COLUMNS);
        applyEventFilter(query, filter);
        return inRange(query, range).limit(limit);
      });
      return rows.map(eventView);
    },

    async eventWindow(filter, past, order) {
      if (Object.values(filter).every((part) => part === undefined)) return null;
      const [last] = await ctx.query<Row[]>((knex) =>
        inRange(knex(tables.event.name).select('id'), {
          ...(past !== undefined && { past }),
          ...(order !== undefined && { order }),
        })
          .offset(searched - 1)
          .limit(1)
      );
      if (last === undefined) return null;
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(tables.event.name).select('occurred_at').where({ id: last.id })
      );
      return { upTo: integer(last.id), searchedTo: integer(row?.occurred_at) };
    },

    async deliveriesOf(eventIds, limit) {
      const found = new Map<number, { total: number; deliveries: EventDelivery[] }>();
      if (eventIds.length === 0) return found;
      const { message, outbox } = tables;
      const sql = `select n.*, o.lease_token, ${isBraked(ctx, 'n')} as braked from (
          select id, message_id, event_id, endpoint_id, endpoint_name, url, state, attempts, last_status, superseded_by, flow_key_id,
            row_number() over (partition by event_id order by id) as place,
            count(*) over (partition by event_id) as total
          from ${message.quoted}
          where event_id in (${eventIds.map(() => '?').join(', ')})
        ) n left join ${outbox.quoted} o on o.id = n.id
        where n.place <= ? order by n.id`;
      const bindings = [...eventIds, limit];
      for (const row of rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)))) {
        const eventId = integer(row.event_id);
        const list = found.get(eventId) ?? { total: integer(row.total), deliveries: [] };
        list.deliveries.push(deliveryOf(row));
        found.set(eventId, list);
      }
      return found;
    },

    async findEvent(id) {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(tables.event.name)
          .select([...EVENT_VIEW_COLUMNS, 'body', 'body_encoding', 'content_type'])
          .where({ id })
      );
      if (row === undefined) return null;
      return {
        ...eventView(row),
        body: body(row.body, row.body_encoding),
        contentType: text(row.content_type),
      };
    },
  };
}

function applyEventFilter(query: Knex.QueryBuilder, filter: EventFilter): void {
  const { name, uid, source, entryDocumentId, title } = filter;
  for (const [column, list] of Object.entries({ name, uid, source })) {
    if (list !== undefined) query.whereIn(column, [...list]);
  }
  if (entryDocumentId !== undefined) query.where('entry_document_id', entryDocumentId);
  if (title !== undefined) query.whereRaw(...titleLike('entry_title', title));
}

const deliveryOf = (row: Row): EventDelivery => ({
  messageId: text(row.message_id),
  state: stateOf(row),
  held: stateOf(row) === 'pending' && flag(row.braked),
  attempts: integer(row.attempts),
  supersededBy: textOrNull(row.superseded_by),
  endpointId: integerOrNull(row.endpoint_id),
  endpointName: textOrNull(row.endpoint_name),
  url: text(row.url),
  lastStatus: integerOrNull(row.last_status),
});
