/** Messages in order of their ids, by the part of a filter that a list or an index serves: states or ids. */
import type { MessageState } from '../../../core/message/message';
import type { StoreContext } from '../../sql/context';
import { integer, type Row } from '../../sql/rows';
import type { Place } from '../page-types';
import type { QstashQuery } from '../qstash-types';
import { isListed, listOf } from './listings';

interface Range {
  /** Both exclusive. */
  above?: number;
  below?: number;
  order: 'asc' | 'desc';
  size: number;
}

/** Whether the filter has parts that must be checked row by row. */
export const narrows = ({ state, ...others }: { state?: readonly MessageState[] }): boolean =>
  !hasLists(state) || Object.values(others).some((part) => part !== undefined);

const hasLists = (state: readonly MessageState[] | undefined): boolean =>
  state === undefined || state.every(isListed);

export function createMessagePlaces(ctx: StoreContext) {
  async function some(
    { above, below, order, size }: Range,
    only: { state?: MessageState; messageIds?: readonly string[] }
  ): Promise<Place[]> {
    const rows = await ctx.query<Row[]>((knex) => {
      const { state, messageIds } = only;
      const places = listOf(ctx, knex, state === undefined ? {} : { state });
      if (messageIds !== undefined) places.whereIn('message_id', [...messageIds]);
      if (above !== undefined) places.where('id', '>', above);
      if (below !== undefined && Number.isFinite(below)) places.where('id', '<', below);
      places.select('id').orderBy('id', order).limit(size);
      return knex(ctx.tables.message.name)
        .select('id', 'enqueued_at')
        .whereIn('id', knex.select('id').from(places.as('some')))
        .orderBy('id', order);
    });
    return rows.map((row) => ({ id: integer(row.id), at: integer(row.enqueued_at) }));
  }

  /** State by state: a list has one state. */
  return async ({ state, messageId }: QstashQuery, range: Range): Promise<Place[]> => {
    if (messageId !== undefined) return some(range, { messageIds: messageId });
    if (state === undefined || !hasLists(state)) return some(range, {});
    const lists = await Promise.all(state.map((one) => some(range, { state: one })));
    const sign = range.order === 'asc' ? 1 : -1;
    return lists
      .flat()
      .sort((a, b) => sign * (a.id - b.id))
      .slice(0, range.size);
  };
}
