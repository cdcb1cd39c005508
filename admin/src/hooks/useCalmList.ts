import { useRef, useState } from 'react';

import { calmRows } from './calmRows';

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
  const before = shown.current;
  const isNewView = before.view !== view || before.rows.length === 0;
  const { rows, fresh } = isNewView
    ? { rows: [...loaded], fresh: 0 }
    : calmRows(before.rows, loaded, keyOf);
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
