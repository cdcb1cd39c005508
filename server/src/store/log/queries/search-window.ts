/**
 * How far one search of the log goes. What no index leads to is looked for row by row, newest first;
 * in a log of millions that would take seconds for what is rare. So a search looks at a number of
 * rows, says how far it got, and goes on from there when asked. An index for each filter would be
 * faster here and slow down every delivery.
 *
 * Row ids and instants of recording grow together, give or take clocks of several servers: a time
 * range becomes a range of ids, found by halving.
 */
import type { Knex } from 'knex';

import { MAX_ROW_ID } from '../../../core/message/row-id';
import type { MessageSearch } from '../query-types';
import type { StoreContext } from '../../sql/context';
import { integer, type Row } from '../../sql/rows';
import type { Order, Place, SearchWindow } from '../page-types';
import { isScan, listedPart } from './filter';
import { inRange, listOf } from './listings';
import { MINUTE_MS } from '../../../core/time';

/** Some tens of milliseconds on PostgreSQL. */
const SEARCHED_ROWS = 50_000;
/** Maximum difference between servers' clocks. */
export const SLACK_MS = 10 * MINUTE_MS;

export function createSearchWindow(ctx: StoreContext, rows = SEARCHED_ROWS) {
  /** The last row that a search from here looks at; null when the log ends before. */
  async function lastOf(
    filter: MessageSearch,
    past: number | undefined,
    order: Order
  ): Promise<Place | null> {
    // The id alone is in the index: passing over thousands of rows does not touch the table.
    const [last] = await ctx.query<Row[]>((knex) =>
      inRange(listOf(ctx, knex, listedPart(filter)).select('id'), { past, order })
        .offset(rows - 1)
        .limit(1)
    );
    if (last === undefined) return null;
    const [row] = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.message.name).select('id', 'enqueued_at').where({ id: last.id })
    );
    return row === undefined ? null : { id: integer(row.id), at: integer(row.enqueued_at) };
  }

  const firstAt = createFirstAt(ctx, 'message', 'enqueued_at');

  /** Row ids where the filter's time range begins and ends in that order, the first one exclusive. */
  async function spanOf({ from, to }: MessageSearch, order: Order): Promise<[number, number]> {
    const above = from === undefined ? 0 : (await firstAt(from - SLACK_MS)) - 1;
    const below = to === undefined ? MAX_ROW_ID : await firstAt(to + SLACK_MS);
    return order === 'desc' ? [below, above + 1] : [above, below - 1];
  }

  return async (
    filter: MessageSearch,
    past?: number,
    order: Order = 'desc'
  ): Promise<SearchWindow | null> => {
    if (!isScan(filter)) return null;
    const reach = await lastOf(filter, past, order);
    if (reach === null) return null;
    const [begin, end] = await spanOf(filter, order);
    const isBeyond = (id: number, than: number) => (order === 'desc' ? id <= than : id >= than);
    const start = past === undefined || isBeyond(begin, past) ? begin : past;
    const isWhole = start === 0 || start === MAX_ROW_ID;
    const last = start === past || isWhole ? reach : await lastOf(filter, start, order);
    const range = isWhole ? {} : { past: start };
    return last === null || isBeyond(last.id, end)
      ? { ...range, upTo: end, searchedTo: null }
      : { ...range, upTo: last.id, searchedTo: last.at };
  };
}

/** Finds the first row of an instant or later, by halving: ids and instants grow together. */
export function createFirstAt(ctx: StoreContext, kind: 'message' | 'attempt', column: string) {
  const from = (knex: Knex) => knex(ctx.tables[kind].name);
  return async (instant: number): Promise<number> => {
    const [ends] = await ctx.query<Row[]>((knex) =>
      from(knex).min({ low: 'id' }).max({ high: 'id' })
    );
    let low = integer(ends?.low ?? 0);
    let high = integer(ends?.high ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [row] = await ctx.query<Row[]>((knex) =>
        from(knex).select('id', { at: column }).where('id', '>=', middle).orderBy('id').limit(1)
      );
      if (row === undefined || integer(row.at) >= instant) high = middle;
      else low = integer(row.id) + 1;
    }
    return low;
  };
}
