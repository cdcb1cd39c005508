/** Messages in order of their ids, by the part of a filter that an index serves: states or ids. */
import { MAX_ROW_ID } from '../../../core/message/row-id';
import type { StoreContext } from '../../sql/context';
import { integer, type Row } from '../../sql/rows';
import { STATE_INDEX } from '../../sql/tables';
import type { Place } from '../page-types';
import type { QstashQuery } from '../qstash-types';

interface Range {
  /** Both exclusive. */
  above?: number;
  below?: number;
  order: 'asc' | 'desc';
  size: number;
}

/** Whether the filter has parts that must be checked row by row. */
export const narrows = (filter: object): boolean =>
  Object.entries(filter).some(([name, part]) => name !== 'state' && part !== undefined);

export function createMessagePlaces({ query, dialect, tables }: StoreContext) {
  async function some(
    { above, below, order, size }: Range,
    only: { state?: string; messageIds?: readonly string[] }
  ): Promise<Place[]> {
    const rows = await query<Row[]>((knex) => {
      const { message } = tables;
      const { state, messageIds } = only;
      const places =
        state === undefined
          ? knex(message.name)
          : dialect.byIndex(knex, message, STATE_INDEX).where({ state });
      if (messageIds !== undefined) places.whereIn('message_id', [...messageIds]);
      if (above !== undefined) places.where('id', '>', above);
      if (below !== undefined && below <= MAX_ROW_ID) places.where('id', '<', below);
      return places.select('id', 'enqueued_at').orderBy('id', order).limit(size);
    });
    return rows.map((row) => ({ id: integer(row.id), at: integer(row.enqueued_at) }));
  }

  /** State by state: the index is in order for one state only. */
  return async ({ state, messageId }: QstashQuery, range: Range): Promise<Place[]> => {
    if (messageId !== undefined) return some(range, { messageIds: messageId });
    if (state === undefined) return some(range, {});
    const lists = await Promise.all(state.map((one) => some(range, { state: one })));
    const sign = range.order === 'asc' ? 1 : -1;
    return lists
      .flat()
      .sort((a, b) => sign * (a.id - b.id))
      .slice(0, range.size);
  };
}
