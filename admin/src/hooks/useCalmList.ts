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
 * @param loaded newest first. Undefined while another view is loaded: the rows of the last one stay.
 * @param view what the list shows, such as its filter and page. Another view starts anew.
 */
export const useCalmList = <T>(
  loaded: readonly T[] | undefined,
  keyOf: (row: T) => string | number,
  view: string
): Calm<T> => {
  const shown = useRef<{ view: string; rows: readonly T[] }>({ view, rows: [] });
  const [, redraw] = useState(0);
  const before = shown.current;
  const { rows, fresh } = nextRows();
  if (loaded !== undefined) shown.current = { view, rows };

  function nextRows(): { rows: T[]; fresh: number } {
    if (loaded === undefined) return { rows: [...before.rows], fresh: 0 };
    const isNewView = before.view !== view || before.rows.length === 0;
    return isNewView ? { rows: [...loaded], fresh: 0 } : calmRows(before.rows, loaded, keyOf);
  }

  return {
    rows,
    fresh,
    showFresh: () => {
      shown.current = { view, rows: [...(loaded ?? [])] };
      redraw((count) => count + 1);
    },
  };
};
