import { Box, Flex, Typography } from '@strapi/design-system';

import type { ReactNode } from 'react';

interface NoticeProps {
  variant: 'secondary' | 'warning' | 'danger';
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** A notice that stays until its cause is gone. Unlike `Alert`, it cannot be closed. */
export const Notice = ({ variant, title, children, action }: NoticeProps) => (
  <Box
    role="status"
    background={`${variant}100`}
    borderColor={`${variant}200`}
    hasRadius
    padding={4}
    width="100%"
  >
    <Flex justifyContent="space-between" alignItems="center" gap={4} wrap="wrap">
      <Box flex="1 1 30rem">
        <Typography tag="p" fontWeight="bold">
          {title}
        </Typography>
        <Typography tag="p">{children}</Typography>
      </Box>
      {action}
    </Flex>
  </Box>
);
