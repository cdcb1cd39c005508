import { Box, IconButton } from '@strapi/design-system';
import { Duplicate } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { css, styled } from 'styled-components';

import { useCopy } from '../hooks/useCopy';
import { t } from '../utils/translation';

interface CodeBlockProps {
  children: string;
  /** Accessible name. */
  label: string;
  maxHeight?: string;
}

/** The looks of code. */
export const CODE_BOX = css<{ $maxHeight: string }>`
  max-height: ${({ $maxHeight }) => $maxHeight};
  overflow: auto;
  margin: 0;
  padding: ${({ theme }) => theme.spaces[4]};
  padding-right: ${({ theme }) => theme.spaces[9]};
  border: 1px solid ${({ theme }) => theme.colors.neutral200};
  border-radius: ${({ theme }) => theme.borderRadius};
  background: ${({ theme }) => theme.colors.neutral100};
  color: ${({ theme }) => theme.colors.neutral800};
  font-family: 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
  font-size: 1.2rem;
  line-height: 1.5;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  tab-size: 2;
`;

const Pre = styled.pre<{ $maxHeight: string }>`
  ${CODE_BOX}
`;

const Corner = styled(Box)`
  position: absolute;
  top: ${({ theme }) => theme.spaces[2]};
  right: ${({ theme }) => theme.spaces[2]};
`;

/** A copy button in the upper right corner. */
export const CopyCorner = ({ text, label }: { text: string; label: string }) => {
  const { formatMessage } = useIntl();
  const copy = useCopy();

  return (
    <Corner>
      <IconButton
        size="S"
        label={formatMessage(t('action.copy-what'), { what: label })}
        onClick={() => void copy(text)}
      >
        <Duplicate />
      </IconButton>
    </Corner>
  );
};

/** Preformatted text with a copy button. Scrolls on its own, also by keyboard. */
export const CodeBlock = ({ children, label, maxHeight = '40rem' }: CodeBlockProps) => (
  <Box position="relative" width="100%">
    <Pre $maxHeight={maxHeight} tabIndex={0} aria-label={label}>
      {children}
    </Pre>
    <CopyCorner text={children} label={label} />
  </Box>
);
