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

import type { MessageSearch } from '../query-types';
import type { StoreContext } from '../../sql/context';
import { integer, type Row } from '../../sql/rows';
import type { Place, SearchWindow } from '../page-types';
import { isScan, listedPart } from './filter';
import { listOf } from './listings';
import { MINUTE_MS } from '../../../core/time';

/** Some tens of milliseconds on PostgreSQL. */
const SEARCHED_ROWS = 50_000;
/** Maximum difference between servers' clocks. */
export const SLACK_MS = 10 * MINUTE_MS;

export function createSearchWindow(ctx: StoreContext, rows = SEARCHED_ROWS) {
  /** The last row that a search from here looks at; null when the log ends before. */
  async function lastOf(filter: MessageSearch, before: number | undefined): Promise<Place | null> {
    // The id alone is in the index: passing over thousands of rows does not touch the table.
    const [last] = await ctx.query<Row[]>((knex) => {
      const query = listOf(ctx, knex, listedPart(filter)).select('id');
      if (before !== undefined) query.where('id', '<', before);
      return query
        .orderBy('id', 'desc')
        .offset(rows - 1)
        .limit(1);
    });
    if (last === undefined) return null;
    const [row] = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.message.name).select('id', 'enqueued_at').where({ id: last.id })
    );
    return row === undefined ? null : { id: integer(row.id), at: integer(row.enqueued_at) };
  }

  const firstAt = createFirstAt(ctx, 'message', 'enqueued_at');

  return async (filter: MessageSearch, before?: number): Promise<SearchWindow | null> => {
    if (!isScan(filter)) return null;
    const reach = await lastOf(filter, before);
    if (reach === null) return null;
    const start = Math.min(
      before ?? Infinity,
      filter.to === undefined ? Infinity : await firstAt(filter.to + SLACK_MS)
    );
    const from = Number.isFinite(start) ? { before: start } : {};
    const end = filter.from === undefined ? 0 : await firstAt(filter.from - SLACK_MS);
    const last = from.before === before ? reach : await lastOf(filter, from.before);
    return last === null || last.id <= end
      ? { ...from, downTo: end, searchedTo: null }
      : { ...from, downTo: last.id, searchedTo: last.at };
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
