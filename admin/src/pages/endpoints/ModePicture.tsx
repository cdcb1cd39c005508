import { styled } from 'styled-components';

import type { Mode } from './deliveryFields';

/** Changes above, what is sent below: a circle is one event, a bar one message for many. */
const Picture = styled.svg`
  display: block;
  width: 14.4rem;
  max-width: 100%;
  color: ${({ theme }) => theme.colors.neutral300};

  .first {
    fill: ${({ theme }) => theme.colors.primary600};
  }

  .second {
    fill: ${({ theme }) => theme.colors.success500};
  }
`;

/** Position and document of each change. */
const CHANGES = [
  { x: 10, document: 'first' },
  { x: 30, document: 'first' },
  { x: 50, document: 'second' },
  { x: 84, document: 'first' },
  { x: 104, document: 'second' },
] as const;

/** Indexes of the changes that are sent alone, and spans that are sent as one. */
const SENT: Record<Mode, { alone: readonly number[]; spans: readonly [number, number][] }> = {
  every: { alone: [0, 1, 2, 3, 4], spans: [] },
  latest: { alone: [3, 4], spans: [] },
  transaction: {
    alone: [],
    spans: [
      [4, 56],
      [78, 110],
    ],
  },
  'quiet-time': { alone: [], spans: [[4, 110]] },
};

export const ModePicture = ({ mode }: { mode: Mode }) => (
  <Picture viewBox="0 0 116 40" aria-hidden="true">
    <line x1="0" x2="116" y1="20" y2="20" stroke="currentColor" strokeDasharray="2 3" />
    {CHANGES.map(({ x, document }) => (
      <circle key={x} className={document} cx={x} cy="8" r="5" />
    ))}
    {SENT[mode].alone.map((index) => (
      <circle
        key={index}
        className={CHANGES[index]?.document}
        cx={CHANGES[index]?.x}
        cy="32"
        r="5"
      />
    ))}
    {SENT[mode].spans.map(([from, to]) => (
      <rect key={from} className="first" x={from} y="27" width={to - from} height="10" rx="5" />
    ))}
  </Picture>
);
