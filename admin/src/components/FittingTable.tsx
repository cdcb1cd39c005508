import { Typography, type TypographyProps } from '@strapi/design-system';
import { css, styled } from 'styled-components';

import type { ReactNode } from 'react';

/** Width below which minor columns are left out. */
const ALL_COLUMNS_FROM_PX = 840;
/** Width below which a table becomes a list of cards, which have all columns again. */
const CARDS_BELOW_PX = 600;

interface FrameProps {
  $labels: readonly string[];
  $isSelectable: boolean;
  $hasActions: boolean;
  $minor: readonly number[];
  $hidden: readonly number[];
}

/** The first cell is the card's heading; the others get labels. */
const cards = css<FrameProps>`
  table,
  tbody,
  td {
    display: block;
  }
  thead {
    display: ${({ $isSelectable }) => ($isSelectable ? 'block' : 'none')};

    th:not(:first-of-type) {
      display: none;
    }
  }
  tbody tr {
    position: relative;
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr));
    gap: ${({ theme }) => `${theme.spaces[3]} ${theme.spaces[4]}`};
    padding: ${({ theme, $isSelectable }) =>
      `${theme.spaces[4]} 0 ${theme.spaces[4]} ${$isSelectable ? theme.spaces[7] : 0}`};
  }
  tbody td,
  tbody td:first-of-type {
    min-width: 0;
    padding: 0;
  }
  tbody td:nth-of-type(${({ $isSelectable }) => ($isSelectable ? 2 : 1)}) {
    grid-column: 1 / -1;
    padding-right: ${({ theme }) => theme.spaces[9]};
  }
  tbody td:empty {
    display: none;
  }
  tbody td:before {
    display: block;
    padding-bottom: ${({ theme }) => theme.spaces[1]};
    color: ${({ theme }) => theme.colors.neutral600};
    font-size: ${({ theme }) => theme.fontSizes[0]};
    font-weight: ${({ theme }) => theme.fontWeights.bold};
  }
  ${({ $labels, $isSelectable }) =>
    $labels.slice(1).map(
      (label, index) => css`
        tbody td:nth-of-type(${index + ($isSelectable ? 3 : 2)}):before {
          content: ${JSON.stringify(label)};
        }
      `
    )}
`;

/** Row actions and checkbox go into the card's corners; larger buttons below it. */
const corners = css<FrameProps>`
  ${({ $labels, $hasActions }) =>
    $hasActions
      ? css`
          tbody td:last-of-type {
            position: absolute;
            top: ${({ theme }) => theme.spaces[3]};
            right: 0;
          }
        `
      : css`
          tbody td:nth-of-type(${$labels.length + 1}) {
            grid-column: 1 / -1;
          }
        `}
  ${({ $isSelectable }) =>
    $isSelectable &&
    css`
      tbody td:first-of-type {
        position: absolute;
        top: ${({ theme }) => theme.spaces[4]};
        left: 0;
      }
    `}
`;

const leftOut = (columns: readonly number[], isSelectable: boolean) =>
  columns.map(
    (index) => css`
      && th:nth-of-type(${index + (isSelectable ? 2 : 1)}),
      && td:nth-of-type(${index + (isSelectable ? 2 : 1)}) {
        display: none;
      }
    `
  );

/** A small table whose text wraps. */
export const WrappingTable = styled.div`
  time {
    white-space: nowrap;
  }
  td,
  th {
    padding-left: ${({ theme }) => theme.spaces[3]};
    padding-right: ${({ theme }) => theme.spaces[3]};
  }
`;

const Frame = styled(WrappingTable)<FrameProps>`
  container-type: inline-size;

  @container (min-width: ${CARDS_BELOW_PX}px) and (max-width: ${ALL_COLUMNS_FROM_PX - 1}px) {
    ${({ $minor, $isSelectable }) => leftOut($minor, $isSelectable)}
  }

  @container (max-width: ${CARDS_BELOW_PX - 1}px) {
    ${cards}
    ${corners}
  }

  ${({ $hidden, $isSelectable }) => leftOut($hidden, $isSelectable)}
`;

interface FittingTableProps {
  /** Labels of the data columns, in order. */
  labels: readonly string[];
  /** Indexes of the columns that are left out where there is little room. */
  minor?: readonly number[];
  /** Indexes of the columns that the user has hidden. */
  hidden?: readonly number[];
  /** A column of checkboxes comes first. */
  isSelectable?: boolean;
  /** A column of actions comes last. */
  hasActions?: boolean;
  children: ReactNode;
}

/** Fits a table into its container: text wraps, and on narrow screens each row becomes a card. */
export const FittingTable = ({
  labels,
  minor = [],
  hidden = [],
  isSelectable = false,
  hasActions = false,
  children,
}: FittingTableProps) => (
  <Frame
    $labels={labels}
    $minor={minor}
    $hidden={hidden}
    $isSelectable={isSelectable}
    $hasActions={hasActions}
  >
    {children}
  </Frame>
);

const TwoLines = styled(Typography)<TypographyProps<'p'>>`
  display: -webkit-box;
  min-width: 10rem;
  max-width: 28rem;
  overflow: hidden;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  overflow-wrap: anywhere;
`;

/** Second, smaller line of a cell, such as a URL or an id. Shown in full on hover. */
export const CellDetail = ({ children }: { children: string }) => (
  <TwoLines tag="p" variant="pi" textColor="neutral600" title={children}>
    {children}
  </TwoLines>
);
