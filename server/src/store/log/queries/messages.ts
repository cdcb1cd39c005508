/** Lists of messages, newest first and paged by row id, and details of one message. */
import type { Knex } from 'knex';

import { MAX_ROW_ID } from '../../../core/message/row-id';
import type { MessageSearch } from '../query-types';
import type { StoreContext } from '../../sql/context';
import {
  attemptView,
  integer,
  MESSAGE_VIEW_COLUMNS,
  messageOwn,
  messageRow,
  type Row,
} from '../../sql/rows';
import type { PageRequest, SearchWindow } from '../page-types';
import type { MessageRow, QueryStore } from '../../types';
import { MESSAGE_STATES } from '../../../core/message/message';
import { applyFilter, isScan } from './filter';
import { createMessagePlaces, narrows } from './message-places';
import { createSearchWindow } from './search-window';
import { searchSlices, type Reach } from './slices';

/** Callbacks of one message: a few per attempt. */
const MAX_CALLBACKS = 200;

type MessageQueries = Pick<
  QueryStore,
  | 'listMessages'
  | 'searchWindow'
  | 'findMessage'
  | 'findMessages'
  | 'matchIds'
  | 'countMatching'
  | 'maxMessageId'
  | 'listAttempts'
  | 'siblings'
  | 'callbacksOf'
>;

export function createMessageQueries(ctx: StoreContext, reach?: Reach): MessageQueries {
  async function select(
    build: (query: Knex.QueryBuilder) => Knex.QueryBuilder
  ): Promise<MessageRow[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      build(knex(ctx.tables.message.name).select([...MESSAGE_VIEW_COLUMNS]))
    );
    return rows.map(messageRow);
  }

  const page = (filter: MessageSearch, request: PageRequest): Promise<MessageRow[]> =>
    select((query) => {
      const { before, downTo, limit } = request;
      if (before !== undefined) query.where('id', '<', before);
      if (downTo !== undefined) query.where('id', '>=', downTo);
      return applyFilter(query, filter).orderBy('id', 'desc').limit(limit);
    });

  const searchWindow = createSearchWindow(ctx);
  const placesOf = createMessagePlaces(ctx);

  return {
    async listMessages(filter, request) {
      // The index on endpoints includes the state: without a state, query all of them.
      const states = new Set(filter.state ?? (filter.endpointId && MESSAGE_STATES));
      if (states.size < 2) return page(filter, request);
      // State by state: the index (state, id) is in order for one state. For several, finding the
      // newest dead letter among a million delivered messages would scan from the newest row.
      const pages = await Promise.all(
        [...states].map((state) => page({ ...filter, state: [state] }, request))
      );
      return pages
        .flat()
        .sort((a, b) => b.id - a.id)
        .slice(0, request.limit);
    },

    searchWindow,

    async findMessage(messageId) {
      const own = ['headers', 'body', 'body_encoding', 'signatures'];
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.message.name)
          .select([...MESSAGE_VIEW_COLUMNS, ...own])
          .where({ message_id: messageId })
      );
      return row === undefined ? null : { ...messageRow(row), ...messageOwn(row, ctx.crypt) };
    },

    findMessages: (messageIds) =>
      messageIds.length === 0
        ? Promise.resolve([])
        : select((query) => query.whereIn('message_id', [...messageIds])),

    async matchIds(filter, { after, upTo, limit }) {
      const match = async (missing: number, ids?: number[]) => {
        const rows = await ctx.query<Row[]>((knex) => {
          const query = applyFilter(
            knex(ctx.tables.message.name).select('id', 'enqueued_at'),
            filter
          );
          if (ids === undefined) query.where('id', '>', after).where('id', '<=', upTo);
          else query.whereIn('id', ids);
          return query.orderBy('id').limit(missing);
        });
        return rows.map((row) => ({ id: integer(row.id), at: integer(row.enqueued_at) }));
      };
      if (!isScan(filter) && narrows(filter)) {
        const rows = await match(limit);
        return { rows, next: rows.length < limit ? null : (rows.at(-1) ?? null) };
      }
      const { state } = filter;
      return searchSlices(
        {
          from: { id: after, at: 0 },
          limit,
          narrows: narrows(filter),
          slice: ({ id }, size) =>
            placesOf(state ? { state } : {}, { above: id, below: upTo + 1, order: 'asc', size }),
          match: (ids, missing) => match(missing, ids),
        },
        reach
      );
    },

    async countMatching(filter, upTo = MAX_ROW_ID) {
      let count = 0;
      let before: number | undefined;
      do {
        const window: SearchWindow | null = await searchWindow(filter, before);
        const missing = upTo - count;
        const [row] = await ctx.query<Row[]>((knex) => {
          const query = applyFilter(knex(ctx.tables.message.name).select('id'), filter);
          if (window !== null) query.where('id', '>=', window.downTo);
          const below = window?.before ?? before;
          if (below !== undefined) query.where('id', '<', below);
          return knex.count({ matching: '*' }).from(query.limit(missing).as('few'));
        });
        count += integer(row?.matching);
        before = window === null || window.searchedTo === null ? undefined : window.downTo;
      } while (before !== undefined && count < upTo);
      return count;
    },

    async maxMessageId() {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.message.name).max({ newest: 'id' })
      );
      return integer(row?.newest);
    },

    async listAttempts(messageRowId) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.attempt.name)
          .where({ message_row_id: messageRowId })
          .orderBy([{ column: 'number' }, { column: 'id' }])
      );
      return rows.map(attemptView);
    },

    siblings: (eventId, limit) =>
      select((query) => query.where({ event_id: eventId }).orderBy('id').limit(limit)),

    callbacksOf: (messageId) =>
      select((query) =>
        query.where({ source_message_id: messageId }).orderBy('id').limit(MAX_CALLBACKS)
      ),
  };
}
