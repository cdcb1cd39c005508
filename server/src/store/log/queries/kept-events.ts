/** Events that are sent again, to any endpoint: oldest first, with their bodies. */
import type { Knex } from 'knex';

import type { StoreContext } from '../../sql/context';
import { body, eventView, integer, text, type Row } from '../../sql/rows';
import type { KeptEventStore } from '../job-types';
import type { EventMatch } from '../../views';
import type { StoredEvent } from '../query-types';
import { EVENT_VIEW_COLUMNS } from './events';
import { searchSlices } from './slices';

const COLUMNS = [...EVENT_VIEW_COLUMNS, 'body', 'body_encoding', 'content_type'];

export function createKeptEventQueries(ctx: StoreContext): KeptEventStore {
  const { event } = ctx.tables;

  const select = (build: (query: Knex.QueryBuilder) => Knex.QueryBuilder): Promise<Row[]> =>
    ctx.query<Row[]>((knex) => build(knex(event.name)));

  return {
    async maxEventId() {
      const [row] = await select((query) => query.max({ id: 'id' }));
      return integer(row?.id ?? 0);
    },

    async countEvents(filter, upTo) {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex
          .count({ events: '*' })
          .from(applyMatch(knex(event.name).select('id'), filter).limit(upTo).as('few'))
      );
      return integer(row?.events ?? 0);
    },

    matchEvents: (filter, { after, upTo, limit }) =>
      searchSlices({
        from: { id: after, at: 0 },
        limit,
        narrows: true,
        slice: async ({ id }, size) =>
          places(
            await select((query) =>
              query
                .select('id', 'occurred_at')
                .where('id', '>', id)
                .where('id', '<=', upTo)
                .orderBy('id')
                .limit(size)
            )
          ),
        match: async (ids, missing) =>
          places(
            await select((query) =>
              applyMatch(query.select('id', 'occurred_at').whereIn('id', ids), filter)
                .orderBy('id')
                .limit(missing)
            )
          ),
      }),

    async readEvents(ids) {
      if (ids.length === 0) return [];
      const rows = await select((query) =>
        query
          .select(COLUMNS)
          .whereIn('id', [...ids])
          .orderBy('id')
      );
      return rows.map(storedEvent);
    },

    /** Retention waits for the transaction, and finds them in use. */
    async holdEvents(trx, ids) {
      if (ids.length === 0) return [];
      const query = ctx.dialect
        .byId(trx, event)
        .select(COLUMNS)
        .whereIn('id', [...ids]);
      const rows = (await ctx.dialect.lock(query.orderBy('id'), 'wait')) as Row[];
      return rows.map(storedEvent);
    },
  };
}

const places = (rows: readonly Row[]) =>
  rows.map((row) => ({ id: integer(row.id), at: integer(row.occurred_at) }));

const storedEvent = (row: Row): StoredEvent => ({
  ...eventView(row),
  body: body(row.body, row.body_encoding),
  contentType: text(row.content_type),
});

function applyMatch(query: Knex.QueryBuilder, filter: EventMatch): Knex.QueryBuilder {
  const { event: name, uid, source, entryDocumentId, from, to } = filter;
  for (const [column, list] of Object.entries({ name, uid, source })) {
    if (list !== undefined) query.whereIn(column, [...list]);
  }
  if (entryDocumentId !== undefined) query.where('entry_document_id', entryDocumentId);
  if (from !== undefined) query.where('occurred_at', '>=', from);
  if (to !== undefined) query.where('occurred_at', '<', to);
  return query;
}
