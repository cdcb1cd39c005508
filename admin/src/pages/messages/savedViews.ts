/** Views of the log that a user has saved, in this browser. */
import { useState } from 'react';

import { PLUGIN_ID } from '../../pluginId';

export interface SavedView {
  name: string;
  /** The address after `?`. */
  query: string;
}

const KEY = `${PLUGIN_ID}.views`;

const isView = (value: unknown): value is SavedView => {
  const view = value as Partial<SavedView> | null;
  return typeof view?.name === 'string' && typeof view.query === 'string';
};

const read = (): SavedView[] => {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '[]') as unknown;
    return Array.isArray(stored) ? stored.filter(isView) : [];
  } catch {
    return [];
  }
};

export const useSavedViews = () => {
  const [views, setViews] = useState(read);
  const write = (next: SavedView[]) => {
    localStorage.setItem(KEY, JSON.stringify(next));
    setViews(next);
  };
  return {
    views,
    /** Replaces one of the same name. */
    save: (view: SavedView) => write([...views.filter(({ name }) => name !== view.name), view]),
    remove: (name: string) => write(views.filter((view) => view.name !== name)),
  };
};
