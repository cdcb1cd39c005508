/** Lists of messages for the QStash API, and iteration over them, by any of its filters. */
import type { Knex } from 'knex';

import { parseRowId } from '../../../core/message/row-id';
import type { StoreContext } from '../../sql/context';
import { attemptView, body, integer, text, type Row } from '../../sql/rows';
import type { Place } from '../page-types';
import type { QstashQuery, QstashStore } from '../qstash-types';
import { createMessagePlaces, narrows } from './message-places';
import { createFirstAt, SLACK_MS } from './search-window';
import { searchSlices, type Reach } from './slices';
import {
  applyCreated,
  applyQstashQuery,
  qstashColumns,
  qstashMessages,
  qstashRow,
} from './qstash-rows';

type QstashQueries = Pick<
  QstashStore,
  | 'listQstashRows'
  | 'walkQstashRows'
  | 'findDeadLetters'
  | 'lastAttempts'
  | 'contentSizes'
  | 'eventContents'
>;

export function createQstashQueries(ctx: StoreContext, reach?: Reach): QstashQueries {
  const from = (knex: Knex): Knex.QueryBuilder => qstashMessages(ctx, knex);
  const placesOf = createMessagePlaces(ctx);
  const firstAt = createFirstAt(ctx, 'message', 'enqueued_at');

  /** Rows among these that match the filter. */
  const matching = (knex: Knex, filter: QstashQuery, ids: readonly number[]): Knex.QueryBuilder =>
    applyCreated(applyQstashQuery(from(knex), filter), filter).whereIn('m.id', [...ids]);

  return {
    async listQstashRows(filter, { before, limit }) {
      const { from: earliest, to } = filter;
      const newest = before ?? (to === undefined ? Infinity : await firstAt(to + SLACK_MS));
      const reaches = ({ at }: Place) => earliest === undefined || at >= earliest - SLACK_MS;
      return searchSlices(
        {
          from: { id: newest, at: Infinity },
          limit,
          narrows: narrows(filter),
          slice: async ({ id }, size) =>
            (await placesOf(filter, { below: id, order: 'desc', size })).filter(reaches),
          async match(ids, missing) {
            const rows = await ctx.query<Row[]>((knex) =>
              matching(knex, filter, ids)
                .select(qstashColumns())
                .orderBy('m.id', 'desc')
                .limit(missing)
            );
            return rows.map((row) => qstashRow(row, ctx.crypt));
          },
        },
        reach
      );
    },

    walkQstashRows: (filter, { after, upTo, limit }) =>
      searchSlices(
        {
          from: { id: after, at: 0 },
          limit,
          narrows: narrows(filter),
          slice: ({ id }, size) =>
            placesOf(filter, { above: id, below: upTo + 1, order: 'asc', size }),
          async match(ids, missing) {
            const rows = await ctx.query<Row[]>((knex) =>
              matching(knex, filter, ids)
                .select({ id: 'm.id', url: 'm.url' })
                .orderBy('m.id')
                .limit(missing)
            );
            return rows.map((row) => ({ id: integer(row.id), url: text(row.url) }));
          },
        },
        reach
      ),

    async findDeadLetters(dlqIds) {
      // A DLQ id ends with the row id, which has an index.
      const ids = dlqIds.map((dlqId) => parseRowId(/^\d+-(\d+)$/.exec(dlqId)?.[1] ?? '') ?? 0);
      const rows = await ctx.query<Row[]>((knex) =>
        from(knex)
          .select(qstashColumns())
          .whereIn('m.id', ids)
          .whereIn('m.dlq_id', [...dlqIds])
          .where('m.state', 'dead')
      );
      return rows.map((row) => qstashRow(row, ctx.crypt));
    },

    async lastAttempts(messageRowIds) {
      if (messageRowIds.length === 0) return new Map();
      const { message, attempt } = ctx.tables;
      const rows = await ctx.query<Row[]>((knex) =>
        knex({ a: attempt.name })
          .join({ m: message.name }, 'm.id', 'a.message_row_id')
          .select('a.*')
          .whereIn('a.message_row_id', [...messageRowIds])
          .whereRaw('a.number = m.attempts')
      );
      return new Map(rows.map((row) => [integer(row.message_row_id), attemptView(row)]));
    },

    async contentSizes(eventIds) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.event.name)
          .select('id', knex.raw('length(body) as size'))
          .whereIn('id', [...eventIds])
      );
      return new Map(rows.map((row) => [integer(row.id), integer(row.size)]));
    },

    async eventContents(eventIds) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.event.name)
          .select('id', 'body', 'body_encoding', 'content_type')
          .whereIn('id', [...eventIds])
      );
      return new Map(
        rows.map((row) => [
          integer(row.id),
          { body: body(row.body, row.body_encoding), contentType: text(row.content_type) },
        ])
      );
    },
  };
}
