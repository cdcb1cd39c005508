import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

import { parseFilter } from './filterParams';
import { filterQuery } from '../../utils/paths';

import type { MessageListFilter } from '../../../../server/src/panel/contract';

/** Filter and page of a list, kept in the URL. Changing the filter returns to the first page. */
export const useMessageFilter = () => {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => parseFilter(params), [params]);
  const cursor = params.get('cursor') ?? undefined;

  return {
    filter,
    cursor,
    setFilter: (next: MessageListFilter) => setParams(filterQuery(next)),
    setCursor: (next: string | undefined) => {
      if (next === cursor) return;
      const query = new URLSearchParams(params);
      if (next === undefined) query.delete('cursor');
      else query.set('cursor', next);
      setParams(query);
    },
  };
};
