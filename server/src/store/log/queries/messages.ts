/** Lists of messages, newest first and paged by row id, and details of one message. */
import type { Knex } from 'knex';

import type { MessageFilter } from '../../views';
import type { StoreContext } from '../../sql/context';
import {
  attemptView,
  integer,
  MESSAGE_VIEW_COLUMNS,
  messageOwn,
  messageRow,
  type Row,
} from '../../sql/rows';
import type { PageRequest } from '../page-types';
import type { MessageRow, QueryStore } from '../../types';
import { MESSAGE_STATES } from '../../../core/message/message';
import { applyFilter } from './filter';
import { createSearchWindow } from './search-window';

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

export function createMessageQueries(ctx: StoreContext): MessageQueries {
  async function select(
    build: (query: Knex.QueryBuilder) => Knex.QueryBuilder
  ): Promise<MessageRow[]> {
    const rows = await ctx.query<Row[]>((knex) =>
      build(knex(ctx.tables.message.name).select([...MESSAGE_VIEW_COLUMNS]))
    );
    return rows.map(messageRow);
  }

  const page = (filter: MessageFilter, request: PageRequest): Promise<MessageRow[]> =>
    select((query) => {
      const { before, downTo, limit } = request;
      if (before !== undefined) query.where('id', '<', before);
      if (downTo !== undefined) query.where('id', '>=', downTo);
      return applyFilter(query, filter).orderBy('id', 'desc').limit(limit);
    });

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

    searchWindow: createSearchWindow(ctx),

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

    async matchIds(filter, after, upTo, limit) {
      const rows = await ctx.query<Row[]>((knex) =>
        applyFilter(knex(ctx.tables.message.name).select('id'), filter)
          .where('id', '>', after)
          .where('id', '<=', upTo)
          .orderBy('id')
          .limit(limit)
      );
      return rows.map((row) => integer(row.id));
    },

    async countMatching(filter) {
      const [row] = await ctx.query<Row[]>((knex) =>
        applyFilter(knex(ctx.tables.message.name).count({ matching: '*' }), filter)
      );
      return integer(row?.matching);
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
