import { useEffect, useMemo, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useCopy } from '../../hooks/useCopy';
import { t } from '../../utils/translation';
import { CODE_BOX } from '../CodeBlock';
import { visibleLines, type JsonLine, type TokenKind } from './jsonLines';

const COLORS = {
  key: 'primary700',
  string: 'success700',
  number: 'secondary700',
  word: 'danger700',
  mark: 'neutral800',
} as const satisfies Record<TokenKind, string>;
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

const Bare = styled.button`
  padding: 0;
  border: 0;
  background: none;
  color: ${({ theme }) => theme.colors.neutral600};
  font: inherit;
  cursor: pointer;
`;

const Fold = styled(Bare)`
  flex: none;
  width: 1.6rem;
`;

const Key = styled(Bare)`
  color: ${({ theme }) => theme.colors[COLORS.key]};
  text-align: left;
  user-select: text;

  &:hover {
    text-decoration: underline;
  }
`;

/** As wide as the button, so that all lines begin at the same place. */
const NoFold = styled.span`
  flex: none;
  width: 1.6rem;
`;

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };

/**
 * The keys are one stop of the Tab key, and the arrow keys go from one to the next: there may be hundreds.
 *
 * @param lines lines with a key, in order.
 */
const useKeyFocus = (lines: readonly JsonLine[]) => {
  const frame = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const stop = lines.find(({ number }) => number === chosen) ?? lines[0];
  const move = (event: React.KeyboardEvent) => {
    const step = STEPS[event.key];
    const next = step && lines[lines.findIndex((line) => line === stop) + step];
    if (!next) return;
    event.preventDefault();
    setChosen(next.number);
    frame.current?.querySelector<HTMLElement>(`[data-line="${next.number}"] [data-key]`)?.focus();
  };
  return { frame, stop: stop?.number, move, choose: setChosen };
};

interface JsonLinesProps {
  lines: readonly JsonLine[];
  folded: ReadonlySet<number>;
  onFold: (folded: Set<number>) => void;
  matches: ReadonlySet<number>;
  label: string;
  maxHeight: string;
}

/** JSON with colors. Objects and lists can be folded; a key copies its path. */
export const JsonLines = (props: JsonLinesProps) => {
  const { lines, folded, onFold, matches, label, maxHeight } = props;
  const { formatMessage } = useIntl();
  const copy = useCopy();
  const [first] = matches;
  const shown = useMemo(() => visibleLines(lines, folded), [lines, folded]);
  const keys = useMemo(() => shown.filter(({ tokens }) => tokens[0]?.kind === 'key'), [shown]);
  const { frame, stop, move, choose } = useKeyFocus(keys);

  useEffect(() => {
    if (first === undefined || frame.current === null) return;
    const found = frame.current.querySelector<HTMLElement>(`[data-line="${first}"]`);
    if (found !== null) frame.current.scrollTop = found.offsetTop - frame.current.offsetTop;
  }, [first, frame]);

  const toggle = (number: number) => {
    const next = new Set(folded);
    if (!next.delete(number)) next.add(number);
    onFold(next);
  };

  return (
    <Frame ref={frame} $maxHeight={maxHeight} tabIndex={0} role="group" aria-label={label}>
      {shown.map((line) => {
        const { number, depth, tokens, path, closedBy } = line;
        const isFolded = folded.has(number);
        return (
          <Line key={number} data-line={number} $depth={depth} $isMatch={matches.has(number)}>
            {closedBy === undefined ? (
              <NoFold />
            ) : (
              <Fold
                type="button"
                aria-expanded={!isFolded}
                aria-label={formatMessage(t('json.fold'), { line: number + 1 })}
                onClick={() => toggle(number)}
              >
                {isFolded ? '▸' : '▾'}
              </Fold>
            )}
            <span>
              {tokens.map(({ kind, text }, index) =>
                kind === 'key' ? (
                  <Key
                    key={index}
                    type="button"
                    data-key
                    tabIndex={number === stop ? 0 : -1}
                    title={formatMessage(t('json.copy-path'), { path })}
                    onFocus={() => choose(number)}
                    onKeyDown={move}
                    onClick={() => void copy(path)}
                  >
                    {text}
                  </Key>
                ) : (
                  <Part key={index} $kind={kind}>
                    {text}
                  </Part>
                )
              )}
              {isFolded && ELLIPSIS}
            </span>
          </Line>
        );
      })}
    </Frame>
  );
};
