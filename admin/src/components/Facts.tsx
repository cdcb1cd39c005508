import { Typography } from '@strapi/design-system';
import { styled } from 'styled-components';

import type { ReactNode } from 'react';

export interface Fact {
  label: string;
  value: ReactNode;
}

/** HTML allows only one level of `div` between `dl` and `dt`, so Strapi's Grid does not fit. */
const List = styled.dl`
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
  gap: ${({ theme }) => theme.spaces[4]};
  margin: 0;

  > div {
    min-width: 0;
  }
`;

/** Names and values of one item. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <List>
    {facts.map(({ label, value }) => (
      <div key={label}>
        <Typography tag="dt" variant="sigma" textColor="neutral600">
          {label}
        </Typography>
        <Typography tag="dd" margin={0} style={{ overflowWrap: 'anywhere' }}>
          {value}
        </Typography>
      </div>
    ))}
  </List>
);
