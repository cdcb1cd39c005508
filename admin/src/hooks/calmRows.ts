/**
 * Keeps the rows of a reloaded list where they are: known rows change in place, those that are gone leave,
 * and older ones that take their places follow. Newer ones wait.
 *
 * @param shown rows that are shown, newest first.
 * @param loaded rows as they are now, newest first.
 * @returns the rows to show, and how many newer ones wait.
 */
export function calmRows<T>(
  shown: readonly T[],
  loaded: readonly T[],
  keyOf: (row: T) => string | number
): { rows: T[]; fresh: number } {
  const known = new Map(loaded.map((row) => [keyOf(row), row]));
  const kept = new Set(shown.map(keyOf).filter((key) => known.has(key)));
  // None of them is loaded any more: all are replaced by others, and not only newer ones.
  if (kept.size === 0) return { rows: loaded.length === 0 ? [] : [...shown], fresh: loaded.length };
  const isKept = (row: T): boolean => kept.has(keyOf(row));
  const fresh = loaded.findIndex(isKept);
  const lastShown = shown.findLastIndex(isKept);
  const lastLoaded = loaded.findLastIndex(isKept);
  const rows = shown
    // Those at the end may have been pushed off the page by newer ones.
    .filter((row, index) => isKept(row) || (fresh > 0 && index > lastShown))
    .map((row) => known.get(keyOf(row)) ?? row);
  return { rows: [...rows, ...loaded.slice(lastLoaded + 1)], fresh };
}
