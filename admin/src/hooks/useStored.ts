/** State that is kept in this browser, for each user. */
import { useAuth } from '@strapi/strapi/admin';
import { useMemo, useState } from 'react';

import { PLUGIN_ID } from '../pluginId';

/** @param fallback a constant, also used for what cannot be read. */
export const useStored = <T>(name: string, fallback: T): [T, (next: T) => void] => {
  const user = useAuth('GuaranteedWebhooks', (state) => state.user?.id);
  const key = `${PLUGIN_ID}.${name}.${user ?? ''}`;
  const [changes, setChanges] = useState(0);
  const value = useMemo((): T => {
    try {
      return (JSON.parse(localStorage.getItem(key) ?? 'null') as T | null) ?? fallback;
    } catch {
      return fallback;
    }
    // Each change is read again.
  }, [key, fallback, changes]);
  return [
    value,
    (next) => {
      localStorage.setItem(key, JSON.stringify(next));
      setChanges(changes + 1);
    },
  ];
};
