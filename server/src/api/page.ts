/** Keyset pagination. A cursor is the row id of the last row shown, in base 36. */
import type { Order } from '../store/log/page-types';
import type { ListSort, Page } from '../store/views';
import { CoreError } from '../core/errors';
import { MAX_ROW_ID } from '../core/message/row-id';

const CURSOR = /^[0-9a-z]{1,11}$/;
const BASE_36 = 36;

/**
 * @returns the row id beyond which the page starts; undefined for the first page.
 * @throws CoreError INVALID_VALUE, because an invalid cursor must not mean "from the start".
 */
export function positionOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const position = CURSOR.test(cursor) ? Number.parseInt(cursor, BASE_36) : 0;
  if (position > 0 && position <= MAX_ROW_ID) return position;
  throw new CoreError('INVALID_VALUE', 'is not a cursor that a page of this list gave', 'cursor');
}

export const LIST_SORTS = ['createdAt:desc', 'createdAt:asc'] as const satisfies ListSort[];

/** A page of a list, as a client asks for it. */
export interface ListPage {
  cursor?: string;
  pageSize: number;
  sort?: ListSort;
}

/** Row ids are in the order of creation. */
export const orderOf = ({ sort }: ListPage): Order => (sort === 'createdAt:asc' ? 'asc' : 'desc');

const cursorAt = (rowId: number): string => rowId.toString(BASE_36);

/**
 * @param rows one more than `pageSize` when there is a next page.
 * @param window the range that was searched, when it did not reach the end: the next page continues there.
 */
export function pageOf<Row extends { id: number }, View>(
  rows: readonly Row[],
  pageSize: number,
  view: (row: Row) => View,
  window: { upTo: number; searchedTo: number | null } | null = null
): Page<View> {
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  const results = shown.map(view);
  if (rows.length > pageSize && last) return { results, nextCursor: cursorAt(last.id) };
  if (window === null || window.searchedTo === null) return { results };
  return { results, nextCursor: cursorAt(window.upTo), searchedTo: window.searchedTo };
}
