/**
 * The parts of a plain table, with the looks of Strapi's. The design system's table is a grid: it
 * takes links and buttons in its cells out of the tab order.
 */
import { Box, Typography } from '@strapi/design-system';
import { styled } from 'styled-components';

import type { ReactNode } from 'react';
import type { ListOrder } from '../hooks/useListChoices';

const Frame = styled(Box)`
  overflow: hidden;
  border: 1px solid ${({ theme }) => theme.colors.neutral150};
`;

const Plain = styled.table`
  width: 100%;
`;

export const Table = ({ children }: { children: ReactNode }) => (
  <Frame shadow="tableShadow" hasRadius background="neutral0">
    <Box overflow="auto" paddingLeft={6} paddingRight={6}>
      <Plain>{children}</Plain>
    </Box>
  </Frame>
);

export const Tr = styled.tr`
  border-bottom: 1px solid ${({ theme }) => theme.colors.neutral150};

  tbody &:last-of-type {
    border-bottom: none;
  }
`;

export const Td = styled.td`
  padding: ${({ theme }) => theme.spaces[4]};
  vertical-align: middle;
  text-align: left;
`;

const HeadCell = styled.th`
  height: 5.6rem;
  padding: 0 ${({ theme }) => theme.spaces[4]};
  vertical-align: middle;
  text-align: left;
`;

/** A heading that sorts by its column. */
export const SortButton = styled.button`
  padding: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  letter-spacing: inherit;
  text-transform: inherit;
  text-align: left;
  cursor: pointer;

  &::after {
    content: '\\00a0↕';
  }
  [aria-sort='ascending'] &::after {
    content: '\\00a0↑';
  }
  [aria-sort='descending'] &::after {
    content: '\\00a0↓';
  }
`;

interface ThProps {
  children: ReactNode;
  /** The list is sorted by this column. */
  order?: ListOrder | null;
}

export const Th = ({ children, order = null }: ThProps) => (
  <HeadCell
    scope="col"
    aria-sort={order === null ? undefined : order.isAscending ? 'ascending' : 'descending'}
  >
    <Typography variant="sigma" textColor="neutral600">
      {children}
    </Typography>
  </HeadCell>
);
