import { useMemo } from 'react';
import { useIntl } from 'react-intl';
import { css, styled } from 'styled-components';

import { t } from '../../utils/translation';
import { CODE_BOX } from '../CodeBlock';
import { diffLines, foldSame } from './diffLines';

/** Lines that are shown around a change. */
const CONTEXT = 3;

const MARKS = { same: ' ', removed: '−', added: '+' } as const;
const TAGS = { same: 'span', removed: 'del', added: 'ins' } as const;
const COLORS = { removed: 'danger', added: 'success' } as const;

const Frame = styled.div<{ $maxHeight: string }>`
  ${CODE_BOX}
  padding-right: ${({ theme }) => theme.spaces[4]};
`;

const Line = styled.div<{ $kind: keyof typeof MARKS }>`
  display: flex;
  gap: ${({ theme }) => theme.spaces[2]};
  white-space: pre-wrap;

  ${({ theme, $kind }) =>
    $kind !== 'same' &&
    css`
      background: ${theme.colors[`${COLORS[$kind]}100`]};
      color: ${theme.colors[`${COLORS[$kind]}700`]};
    `}

  del,
  ins {
    text-decoration: none;
  }
`;

const Gap = styled.div`
  color: ${({ theme }) => theme.colors.neutral600};
`;

interface DiffViewProps {
  before: string;
  after: string;
  label: string;
}

/** Lines that were removed and added, with a few around them. */
export const DiffView = ({ before, after, label }: DiffViewProps) => {
  const { formatMessage } = useIntl();
  const parts = useMemo(() => foldSame(diffLines(before, after), CONTEXT), [before, after]);

  return (
    <Frame $maxHeight="40rem" tabIndex={0} role="group" aria-label={label}>
      {parts.map((part, index) => {
        if (part.kind === 'gap') {
          return <Gap key={index}>{formatMessage(t('diff.same'), { count: part.count })}</Gap>;
        }
        const Tag = TAGS[part.kind];
        return (
          <Line key={index} $kind={part.kind}>
            <span aria-hidden>{MARKS[part.kind]}</span>
            <Tag>{part.text}</Tag>
          </Line>
        );
      })}
    </Frame>
  );
};
