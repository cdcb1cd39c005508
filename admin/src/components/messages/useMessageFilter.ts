import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

import { parseFilter } from './filterParams';
import { filterQuery } from '../../utils/paths';

import type { MessageFilter } from '../../../../server/src/panel/contract';

/**
 * Filter and place in the list, kept in the page's address: a view is a link, and "back" goes back a
 * page. Changing the filter starts at its first page.
 */
export const useMessageFilter = () => {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => parseFilter(params), [params]);
  const cursor = params.get('cursor') ?? undefined;

  return {
    filter,
    cursor,
    setFilter: (next: MessageFilter) => setParams(filterQuery(next)),
    setCursor: (next: string | undefined) => {
      const query = filterQuery(filter);
      if (next !== undefined) query.set('cursor', next);
      setParams(query);
    },
  };
};
