import { Box, Flex, Typography } from '@strapi/design-system';
import { useId, type ReactNode } from 'react';

interface SectionCardProps {
  title: string;
  subtitle?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

/** A titled card, like the sections of Strapi's forms. */
export const SectionCard = ({ title, subtitle, action, children }: SectionCardProps) => {
  const titleId = useId();
  return (
    <Box
      tag="section"
      aria-labelledby={titleId}
      background="neutral0"
      hasRadius
      shadow="filterShadow"
      padding={{ initial: 4, medium: 6 }}
      width="100%"
    >
      <Flex
        justifyContent="space-between"
        alignItems="flex-start"
        gap={4}
        wrap="wrap"
        paddingBottom={4}
      >
        <Box>
          <Typography id={titleId} variant="delta" tag="h2">
            {title}
          </Typography>
          {subtitle !== undefined && (
            <Typography tag="p" variant="pi" textColor="neutral600">
              {subtitle}
            </Typography>
          )}
        </Box>
        {action}
      </Flex>
      {children}
    </Box>
  );
};
