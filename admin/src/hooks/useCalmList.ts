import { useRef, useState } from 'react';

interface Calm<T> {
  rows: T[];
  /** Rows that came since the list was opened, and are not shown yet. */
  fresh: number;
  showFresh: () => void;
}

/**
 * Keeps the rows of a list where they are while it reloads: known rows change in place, and new ones wait
 * until they are asked for.
 *
 * @param loaded newest first.
 * @param view what the list shows, such as its filter and page. Another view starts anew.
 */
export const useCalmList = <T>(
  loaded: readonly T[],
  keyOf: (row: T) => string | number,
  view: string
): Calm<T> => {
  const shown = useRef<{ view: string; rows: readonly T[] }>({ view, rows: [] });
  const [, redraw] = useState(0);
  const known = new Map(loaded.map((row) => [keyOf(row), row]));
  const before = shown.current;
  const isNewView = before.view !== view || before.rows.length === 0;
  const kept = new Set(before.rows.map(keyOf));
  const firstKept = loaded.findIndex((row) => kept.has(keyOf(row)));
  // None of them is loaded any more: all are replaced by others, and not only newer ones.
  const fresh = isNewView ? 0 : firstKept === -1 ? loaded.length : firstKept;

  const rows = isNewView ? [...loaded] : before.rows.map((row) => known.get(keyOf(row)) ?? row);
  shown.current = { view, rows };

  return {
    rows,
    fresh,
    showFresh: () => {
      shown.current = { view, rows: [...loaded] };
      redraw((count) => count + 1);
    },
  };
};
