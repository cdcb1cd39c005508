import { Box, Grid, Typography } from '@strapi/design-system';

import type { ReactNode } from 'react';

export interface Fact {
  label: string;
  value: ReactNode;
}

/** What is known about one thing: names and values. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <Grid.Root tag="dl" gap={4} margin={0}>
    {facts.map(({ label, value }) => (
      <Grid.Item key={label} col={6} xs={12} alignItems="stretch">
        <Box minWidth={0}>
          <Typography tag="dt" variant="sigma" textColor="neutral600">
            {label}
          </Typography>
          <Typography tag="dd" margin={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Typography>
        </Box>
      </Grid.Item>
    ))}
  </Grid.Root>
);
