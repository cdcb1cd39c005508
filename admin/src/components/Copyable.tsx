import { IconButton } from '@strapi/design-system';
import { Duplicate } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useCopy } from '../hooks/useCopy';
import { t } from '../utils/translation';

import type { ReactNode } from 'react';

/** A target of 24 px beside text of any size. */
const Small = styled(IconButton)`
  flex: none;
  padding: 0.4rem;
`;

const Beside = styled.span`
  display: inline-flex;
  max-width: 100%;
  gap: ${({ theme }) => theme.spaces[1]};
  align-items: center;

  > span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;

interface CopyableProps {
  text: string;
  /** Name of the text. */
  label: string;
  /** Shown instead of the text, such as a link to what it identifies. */
  children?: ReactNode;
}

export const CopyButton = ({ text, label }: Omit<CopyableProps, 'children'>) => {
  const { formatMessage } = useIntl();
  const copy = useCopy();
  return (
    <Small
      size="XS"
      variant="ghost"
      label={formatMessage(t('action.copy-what'), { what: label })}
      onClick={() => void copy(text)}
    >
      <Duplicate />
    </Small>
  );
};

/** An id or a URL with a button that copies it. */
export const Copyable = ({ text, label, children = text }: CopyableProps) => (
  <Beside>
    <span>{children}</span>
    <CopyButton text={text} label={label} />
  </Beside>
);
