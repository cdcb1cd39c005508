/**
 * Searches in slices, for filters that no index serves. Reads ids in order, a slice at a time, and
 * checks which rows of each slice match. Neither a statement nor a search reads more than its
 * limit; a search says where to continue.
 */
import type { Found, Place } from '../page-types';

const SLICE = 1_000;
/** Rows that one search reads at most. */
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
  /** Next rows in order; fewer than `size` at the end. */
  slice(from: Place, size: number): Promise<Place[]>;
  /** Matching rows among these, in the same order. */
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
