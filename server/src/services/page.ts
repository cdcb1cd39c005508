/** Paging by key: a cursor is the row id of the last row shown, in a form nobody is tempted to count with. */
import type { Page } from '../contract';
import { CoreError } from '../core/errors';

const CURSOR = /^[0-9a-z]{1,11}$/;
const BASE_36 = 36;

/**
 * @returns the row id below which the page begins; undefined for the first page.
 * @throws CoreError INVALID_VALUE: a cursor that is not one of ours must not mean "from the start".
 */
export function positionOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const position = CURSOR.test(cursor) ? Number.parseInt(cursor, BASE_36) : 0;
  if (position > 0 && Number.isSafeInteger(position)) return position;
  throw new CoreError('INVALID_VALUE', 'is not a cursor that a page of this list gave', 'cursor');
}

/** @param rows one more than `pageSize` when there is a next page. */
export function pageOf<Row extends { id: number }, View>(
  rows: readonly Row[],
  pageSize: number,
  view: (row: Row) => View
): Page<View> {
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  return {
    results: shown.map(view),
    ...(rows.length > pageSize && last && { nextCursor: last.id.toString(BASE_36) }),
  };
}
