/** Lists of messages, newest first and paged by row id, and details of one message. */
import type { Knex } from 'knex';

import { MAX_ROW_ID } from '../../../core/message/row-id';
import type { MessageSearch } from '../query-types';
import type { StoreContext } from '../../sql/context';
import {
  attemptView,
  body,
  integer,
  MESSAGE_VIEW_COLUMNS,
  messageOwn,
  messageRow,
  type Row,
} from '../../sql/rows';
import type { PageRequest, SearchWindow } from '../page-types';
import type { MessageRow, QueryStore } from '../../types';
import { applyFilter, isNarrower, isScan, listedPart } from './filter';
import { isListed, listOf, withLease } from './listings';
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
  | 'ownBodies'
  | 'matchIds'
  | 'countMatching'
  | 'maxMessageId'
  | 'listAttempts'
  | 'siblings'
  | 'callbacksOf'
>;

export function createMessageQueries(ctx: StoreContext, reach?: Reach): MessageQueries {
  async function select(
    build: (query: Knex.QueryBuilder, knex: Knex) => Knex.QueryBuilder
  ): Promise<MessageRow[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      build(knex(ctx.tables.message.name).select(withLease(ctx, knex, MESSAGE_VIEW_COLUMNS)), knex)
    );
    return rows.map(messageRow);
  }

  /** Narrows `query` to the filter and a range of ids, by a list where there is one. */
  function matching(
    query: Knex.QueryBuilder,
    knex: Knex,
    filter: MessageSearch,
    { before, downTo, limit }: PageRequest
  ): Knex.QueryBuilder {
    const ranged = (some: Knex.QueryBuilder): Knex.QueryBuilder => {
      if (before !== undefined) some.where('id', '<', before);
      if (downTo !== undefined) some.where('id', '>=', downTo);
      return some;
    };
    const listed = listedPart(filter);
    if (listed.state === undefined || (isNarrower(filter) && !isScan(filter))) {
      return applyFilter(ctx, ranged(query), filter).orderBy('id', 'desc').limit(limit);
    }
    const list = ranged(listOf(ctx, knex, listed).select('id'));
    const ids = isNarrower(filter) ? list : list.orderBy('id', 'desc').limit(limit);
    // MySQL refuses a LIMIT in the subquery itself.
    query.whereIn('id', knex.select('id').from(ids.as('listed')));
    const others = { ...filter };
    delete others.state; // the list has it
    return applyFilter(ctx, query, others).orderBy('id', 'desc').limit(limit);
  }

  const page = (filter: MessageSearch, request: PageRequest): Promise<MessageRow[]> =>
    select((query, knex) => matching(query, knex, filter, request));

  const searchWindow = createSearchWindow(ctx);
  const placesOf = createMessagePlaces(ctx);

  return {
    async listMessages(filter, request) {
      const states = new Set(filter.state);
      if (states.size < 2 || ![...states].every(isListed)) return page(filter, request);
      // State by state: a list has one state.
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
      const own = ['headers', 'body', 'body_encoding', 'rendering', 'signatures', 'asks'];
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.message.name)
          .select(withLease(ctx, knex, [...MESSAGE_VIEW_COLUMNS, ...own]))
          .where({ message_id: messageId })
      );
      return row === undefined ? null : { ...messageRow(row), ...messageOwn(row, ctx.crypt) };
    },

    findMessages: (messageIds) =>
      messageIds.length === 0
        ? Promise.resolve([])
        : select((query) => query.whereIn('message_id', [...messageIds])),

    async ownBodies(ids) {
      if (ids.length === 0) return new Map();
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.message.name)
          .select('id', 'body', 'body_encoding')
          .whereIn('id', [...ids])
          .whereNotNull('body')
      );
      return new Map(rows.map((row) => [integer(row.id), body(row.body, row.body_encoding)]));
    },

    async matchIds(filter, { after, upTo, limit }) {
      const match = async (missing: number, ids?: number[]) => {
        const rows = await ctx.query<Row[]>((knex) => {
          const query = applyFilter(
            ctx,
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
          const below = window?.before ?? before;
          const range = {
            ...(below !== undefined && { before: below }),
            ...(window !== null && { downTo: window.downTo }),
            limit: missing,
          };
          const query = isNarrower(filter)
            ? matching(knex(ctx.tables.message.name).select('id'), knex, filter, range)
            : listOf(ctx, knex, listedPart(filter)).select('id').limit(missing);
          return knex.count({ matching: '*' }).from(query.as('few'));
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
