import { useState } from 'react';

/**
 * State that is kept in the address, `?tab=verify`, so that a link opens the page as it is seen. It is
 * written past the router, which would ask about unsaved changes.
 */
export const useAddressPart = (name: string): [string | null, (next: string | null) => void] => {
  const [value, setValue] = useState(() => new URLSearchParams(window.location.search).get(name));
  const open = (next: string | null) => {
    setValue(next);
    const url = new URL(window.location.href);
    if (next === null) url.searchParams.delete(name);
    else url.searchParams.set(name, next);
    window.history.replaceState(window.history.state, '', url);
  };
  return [value, open];
};
