import type { ReactNode } from 'react';

import { Box, Flex } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';

import { useCalmList } from '../hooks/useCalmList';
import { sortParam, type ListChoices } from '../hooks/useListChoices';
import { useLiveRefetch } from '../hooks/useRefetchWhile';

import { FreshRows } from './FreshRows';
import { KeysetPager } from './KeysetPager';

export interface LiveListProps<Filter> {
  filter: Filter;
  cursor: string | undefined;
  onGo: (cursor: string | undefined) => void;
  choices: ListChoices;
  /** @param isPartial only a part of the log was searched. */
  emptyOf: (isPartial: boolean) => { content: string; action?: ReactNode };
}

interface LoadedPage<Row> {
  results: Row[];
  nextCursor?: string;
  searchedTo?: number;
}

interface Loaded<Row> {
  data?: LoadedPage<Row>;
  /** Undefined while another page is loaded. */
  currentData?: LoadedPage<Row>;
  isLoading: boolean;
  refetch: () => unknown;
}

interface Props<Row, Filter> extends LiveListProps<Filter> {
  page: Loaded<Row>;
  keyOf: (row: Row) => string | number;
  /** The row may change soon. */
  isMoving: (row: Row) => boolean;
  children: (rows: Row[], empty: { content: string; action?: ReactNode }) => ReactNode;
}

/** One page of the log, loaded again while rows move. New rows wait behind a button. */
export const LiveList = <Row, Filter>(props: Props<Row, Filter>) => {
  const { filter, cursor, onGo, choices, emptyOf, page, keyOf, isMoving, children } = props;
  const { pageSize } = choices;
  const sort = sortParam(choices);
  const { data, currentData, isLoading, refetch } = page;
  useLiveRefetch((data?.results ?? []).some(isMoving), refetch);
  const calm = useCalmList(
    currentData?.results,
    keyOf,
    JSON.stringify([filter, cursor, pageSize, sort])
  );

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Box>
        <FreshRows count={calm.fresh} onShow={calm.showFresh} />
        {children(calm.rows, emptyOf(data.searchedTo !== undefined))}
      </Box>
      <KeysetPager
        cursor={cursor}
        nextCursor={currentData?.nextCursor}
        searchedTo={data.searchedTo}
        isAscending={sort !== undefined}
        onGo={onGo}
      />
    </Flex>
  );
};
