import { Box, Flex, Searchbar, Typography } from '@strapi/design-system';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { t } from '../../utils/translation';
import { CODE_BOX, CopyCorner } from '../CodeBlock';
import { matchingLines, visibleLines, type JsonLine, type TokenKind } from './jsonLines';

const COLORS = {
  key: 'primary700',
  string: 'success700',
  number: 'secondary700',
  word: 'danger700',
  mark: 'neutral800',
} as const satisfies Record<TokenKind, string>;
/** Lines from which a search is offered. */
const SEARCHED_FROM = 12;
const ELLIPSIS = '…';

const Frame = styled.div<{ $maxHeight: string }>`
  ${CODE_BOX}
`;

const Line = styled.div<{ $depth: number; $isMatch: boolean }>`
  display: flex;
  padding-left: ${({ $depth }) => $depth * 1.6}rem;
  outline: ${({ theme, $isMatch }) => ($isMatch ? `1px solid ${theme.colors.primary500}` : 'none')};

  > span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;

const Part = styled.span<{ $kind: TokenKind }>`
  color: ${({ theme, $kind }) => theme.colors[COLORS[$kind]]};
`;

const Fold = styled.button`
  flex: none;
  width: 1.6rem;
  padding: 0;
  border: 0;
  background: none;
  color: ${({ theme }) => theme.colors.neutral600};
  cursor: pointer;
`;

/** As wide as the button, so that all lines begin at the same place. */
const NoFold = styled.span`
  flex: none;
  width: 1.6rem;
`;

interface JsonViewProps {
  text: string;
  lines: readonly JsonLine[];
  label: string;
  maxHeight?: string;
}

/** JSON with colors. Objects and lists can be folded, and long ones searched. */
export const JsonView = ({ text, lines, label, maxHeight = '40rem' }: JsonViewProps) => {
  const { formatMessage } = useIntl();
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [search, setSearch] = useState('');
  const matches = useMemo(() => new Set(matchingLines(lines, search)), [lines, search]);
  const frame = useRef<HTMLDivElement>(null);
  const [first] = matches;

  useEffect(() => {
    if (first === undefined || frame.current === null) return;
    const found = frame.current.querySelector<HTMLElement>(`[data-line="${first}"]`);
    if (found !== null) frame.current.scrollTop = found.offsetTop - frame.current.offsetTop;
  }, [first]);

  const toggle = (number: number) => {
    const next = new Set(folded);
    if (!next.delete(number)) next.add(number);
    setFolded(next);
  };

  return (
    <Flex direction="column" alignItems="stretch" gap={2} width="100%">
      {lines.length >= SEARCHED_FROM && (
        <Flex gap={3} wrap="wrap">
          {/* Not a form: it may be inside one. */}
          <Box
            role="search"
            width="min(100%, 24rem)"
            onKeyDown={(event: React.KeyboardEvent) =>
              event.key === 'Enter' && event.preventDefault()
            }
          >
            <Searchbar
              name={`search-${label}`}
              size="S"
              value={search}
              placeholder={formatMessage(t('json.search'))}
              clearLabel={formatMessage(t('filter.search.clear'))}
              onChange={(event: React.ChangeEvent<HTMLInputElement>) => {
                setSearch(event.target.value);
                setFolded(new Set());
              }}
              onClear={() => setSearch('')}
            >
              {formatMessage(t('json.search'))}
            </Searchbar>
          </Box>
          <Typography role="status" variant="pi" textColor="neutral600">
            {search.trim() !== '' && formatMessage(t('json.matches'), { count: matches.size })}
          </Typography>
        </Flex>
      )}
      <Box position="relative" width="100%">
        <Frame ref={frame} $maxHeight={maxHeight} tabIndex={0} role="group" aria-label={label}>
          {visibleLines(lines, folded).map((line) => {
            const isFolded = folded.has(line.number);
            return (
              <Line
                key={line.number}
                data-line={line.number}
                $depth={line.depth}
                $isMatch={matches.has(line.number)}
              >
                {line.closedBy === undefined ? (
                  <NoFold />
                ) : (
                  <Fold
                    type="button"
                    aria-expanded={!isFolded}
                    aria-label={formatMessage(t('json.fold'), { line: line.number + 1 })}
                    onClick={() => toggle(line.number)}
                  >
                    {isFolded ? '▸' : '▾'}
                  </Fold>
                )}
                <span>
                  {line.tokens.map((token, index) => (
                    <Part key={index} $kind={token.kind}>
                      {token.text}
                    </Part>
                  ))}
                  {isFolded && ELLIPSIS}
                </span>
              </Line>
            );
          })}
        </Frame>
        <CopyCorner text={text} label={label} />
      </Box>
    </Flex>
  );
};
