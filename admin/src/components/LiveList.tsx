import type { ReactNode } from 'react';

import { Box, Flex } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';

import { useCalmList } from '../hooks/useCalmList';
import { useLiveRefetch } from '../hooks/useRefetchWhile';

import { FreshRows } from './FreshRows';
import { KeysetPager } from './KeysetPager';

export interface LiveListProps<Filter> {
  filter: Filter;
  cursor: string | undefined;
  onGo: (cursor: string | undefined) => void;
  /** @param isPartial only a part of the log was searched. */
  emptyOf: (isPartial: boolean) => { content: string; action?: ReactNode };
}

interface Loaded<Row> {
  data?: { results: Row[]; nextCursor?: string; searchedTo?: number };
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
  const { filter, cursor, onGo, emptyOf, page, keyOf, isMoving, children } = props;
  const { data, isLoading, refetch } = page;
  useLiveRefetch((data?.results ?? []).some(isMoving), refetch);
  const calm = useCalmList(data?.results ?? [], keyOf, JSON.stringify([filter, cursor ?? null]));

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
        nextCursor={data.nextCursor}
        searchedTo={data.searchedTo}
        onGo={onGo}
      />
    </Flex>
  );
};
