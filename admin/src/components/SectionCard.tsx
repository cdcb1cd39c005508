import { Box, Flex, Typography } from '@strapi/design-system';
import { ChevronDown, ChevronUp } from '@strapi/icons';
import { useContext, useId, type ReactNode } from 'react';
import { styled } from 'styled-components';

import { FoldContext, type Folding } from './foldContext';

interface SectionCardProps {
  title: string;
  subtitle?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

const FoldButton = styled.button`
  display: flex;
  width: 100%;
  gap: ${({ theme }) => theme.spaces[4]};
  justify-content: space-between;
  align-items: center;
  padding: 0;
  border: 0;
  background: none;
  color: ${({ theme }) => theme.colors.neutral600};
  text-align: left;
  cursor: pointer;
`;

interface HeadingProps {
  id: string;
  title: string;
}

const Heading = ({ id, title, subtitle }: HeadingProps & { subtitle: ReactNode }) => (
  <Box>
    <Typography id={id} variant="delta" tag="h2">
      {title}
    </Typography>
    {subtitle !== undefined && (
      <Typography tag="p" variant="pi" textColor="neutral600">
        {subtitle}
      </Typography>
    )}
  </Box>
);

/** A heading with a button that opens the section, and the summary of a folded one. */
const FoldHeading = ({
  id,
  title,
  bodyId,
  fold,
}: HeadingProps & { bodyId: string; fold: Folding }) => {
  const { isOpen, summary, toggle } = fold;
  return (
    <h2>
      <FoldButton type="button" aria-expanded={isOpen} aria-controls={bodyId} onClick={toggle}>
        <Flex tag="span" direction="column" alignItems="flex-start">
          <Typography id={id} variant="delta" textColor="neutral800">
            {title}
          </Typography>
          {!isOpen && (
            <Typography variant="pi" textColor="neutral600">
              {summary}
            </Typography>
          )}
        </Flex>
        {isOpen ? <ChevronUp aria-hidden /> : <ChevronDown aria-hidden />}
      </FoldButton>
    </h2>
  );
};

/** A titled card, like the sections of Strapi's forms. Inside a `Fold` it can be folded to a summary. */
export const SectionCard = ({ title, subtitle, action, children }: SectionCardProps) => {
  const titleId = useId();
  const bodyId = useId();
  const fold = useContext(FoldContext);
  const isOpen = fold?.isOpen ?? true;
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
      {fold === null ? (
        <Flex
          justifyContent="space-between"
          alignItems="flex-start"
          gap={4}
          wrap="wrap"
          paddingBottom={4}
        >
          <Heading id={titleId} title={title} subtitle={subtitle} />
          {action}
        </Flex>
      ) : (
        <FoldHeading id={titleId} title={title} bodyId={bodyId} fold={fold} />
      )}
      <div id={bodyId} hidden={!isOpen}>
        {fold !== null && (
          <Flex justifyContent="space-between" gap={4} wrap="wrap" paddingBottom={4}>
            <Typography variant="pi" textColor="neutral600">
              {subtitle}
            </Typography>
            {action}
          </Flex>
        )}
        <FoldContext.Provider value={null}>{children}</FoldContext.Provider>
      </div>
    </Box>
  );
};
