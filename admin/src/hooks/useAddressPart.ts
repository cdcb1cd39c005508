import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router-dom';

const partOf = (search: string, name: string): string | null =>
  new URLSearchParams(search).get(name);

/**
 * State that is kept in the address, `?tab=verify`, so that a link opens the page as it is seen. It is
 * written past the router, which would ask about unsaved changes, and follows the router's links.
 */
export const useAddressPart = (name: string): [string | null, (next: string | null) => void] => {
  const { key, search } = useLocation();
  const [value, setValue] = useState(() => partOf(window.location.search, name));
  const followed = useRef(key);

  useEffect(() => {
    if (followed.current === key) return;
    followed.current = key;
    setValue(partOf(search, name));
  }, [key, search, name]);

  const open = (next: string | null) => {
    setValue(next);
    const url = new URL(window.location.href);
    if (next === null) url.searchParams.delete(name);
    else url.searchParams.set(name, next);
    window.history.replaceState(window.history.state, '', url);
  };
  return [value, open];
};
