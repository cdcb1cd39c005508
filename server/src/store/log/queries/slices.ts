/**
 * Searches in slices, for filters that no index serves. It reads ids in their order, a slice at a time, and asks
 * of each slice which rows match. No statement reads more than a slice, and no search more than its reach: it
 * ends there and says where to go on.
 */
import type { Found, Place } from '../page-types';

const SLICE = 1_000;
/** Rows that one search looks at. */
const REACH = 50_000;

export interface Reach {
  slice: number;
  rows: number;
}

export const DEFAULT_REACH: Reach = { slice: SLICE, rows: REACH };

interface Search<T> {
  from: Place;
  limit: number;
  /** False when every row of a slice matches. */
  narrows: boolean;
  /** The places behind this one, in order; fewer than `size` are the last. */
  slice(from: Place, size: number): Promise<Place[]>;
  /** The matching ones of these rows, in the same order. */
  match(ids: number[], limit: number): Promise<T[]>;
}

export async function searchSlices<T extends { id: number }>(
  { slice, match, limit, narrows, ...search }: Search<T>,
  reach: Reach = DEFAULT_REACH
): Promise<Found<T>> {
  const rows: T[] = [];
  let from = search.from;
  for (let looked = 0; looked < reach.rows;) {
    const missing = limit - rows.length;
    const size = narrows ? reach.slice : missing;
    const places = await slice(from, size);
    const ids = places.map(({ id }) => id);
    const found = ids.length === 0 ? [] : await match(ids, missing);
    rows.push(...found);
    const last = found.length < missing ? undefined : found.at(-1)?.id;
    if (last !== undefined) return { rows, next: places.find(({ id }) => id === last) ?? null };
    if (places.length < size) return { rows, next: null };
    from = places.at(-1) ?? from;
    looked += places.length;
  }
  return { rows, next: from };
}
