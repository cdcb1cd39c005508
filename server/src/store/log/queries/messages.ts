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
import { inRange, isListed, listOf, withLease } from './listings';
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
  | 'messageBefore'
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
    { limit, ...range }: PageRequest
  ): Knex.QueryBuilder {
    const { order = 'desc' } = range;
    const listed = listedPart(filter);
    if (listed.state === undefined || (isNarrower(filter) && !isScan(filter))) {
      return applyFilter(ctx, inRange(query, range), filter).limit(limit);
    }
    const list = inRange(listOf(ctx, knex, listed).select('id'), range);
    const ids = isNarrower(filter) ? list.clearOrder() : list.limit(limit);
    // MySQL refuses a LIMIT in the subquery itself.
    query.whereIn('id', knex.select('id').from(ids.as('listed')));
    const others = { ...filter };
    delete others.state; // the list has it
    return applyFilter(ctx, query, others).orderBy('id', order).limit(limit);
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
      const sign = request.order === 'asc' ? 1 : -1;
      return pages
        .flat()
        .sort((a, b) => sign * (a.id - b.id))
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

    async messageBefore({ id, endpointId, uid, entryDocumentId, entryLocale }) {
      if (endpointId === null || uid === null || entryDocumentId === null) return null;
      const { event, message } = ctx.tables;
      // An entry without internationalization has no locale.
      const sameLocale = `coalesce((
        select e.entry_locale from ${event.quoted} e where e.id = ${message.quoted}.event_id
      ), '') = ?`;
      const [row] = await select((query) =>
        inRange(query, { past: id })
          .where({ entry_document_id: entryDocumentId, endpoint_id: endpointId, uid })
          .whereNull('source_message_id')
          .whereRaw(sameLocale, [entryLocale ?? ''])
          .limit(1)
      );
      return row ?? null;
    },

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
      let past: number | undefined;
      do {
        const window: SearchWindow | null = await searchWindow(filter, past);
        const missing = upTo - count;
        const [row] = await ctx.query<Row[]>((knex) => {
          const range = { ...(past !== undefined && { past }), ...window, limit: missing };
          const query = isNarrower(filter)
            ? matching(knex(ctx.tables.message.name).select('id'), knex, filter, range)
            : listOf(ctx, knex, listedPart(filter)).select('id').limit(missing);
          return knex.count({ matching: '*' }).from(query.as('few'));
        });
        count += integer(row?.matching);
        past = window === null || window.searchedTo === null ? undefined : window.upTo;
      } while (past !== undefined && count < upTo);
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
