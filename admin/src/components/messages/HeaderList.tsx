import { Box, Typography } from '@strapi/design-system';
import { styled } from 'styled-components';

import { Copyable } from '../Copyable';

interface HeaderListProps {
  headers: Record<string, string | string[]>;
  label: string;
}

const List = styled.dl`
  display: grid;
  grid-template-columns: minmax(12rem, max-content) 1fr;
  align-items: baseline;
  gap: ${({ theme }) => `${theme.spaces[1]} ${theme.spaces[4]}`};
  margin: 0;

  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

/** HTTP headers as sent; secret values are masked. */
export const HeaderList = ({ headers, label }: HeaderListProps) => (
  <Box width="100%">
    <List aria-label={label}>
      {Object.entries(headers).map(([name, value]) => (
        <Box key={name} display="contents">
          <Typography tag="dt" variant="pi" fontWeight="bold">
            {name}
          </Typography>
          <Typography tag="dd" variant="pi">
            <Copyable text={[value].flat().join(', ')} label={name} />
          </Typography>
        </Box>
      ))}
    </List>
  </Box>
);
