import { styled } from 'styled-components';
import { useIntl } from 'react-intl';

import { KINDS, niceMax, segmentsOf, totalOf, type Kind } from './chart';
import { t } from '../../utils/translation';

import { useStepTime } from './useStepTime';

import type { Statistics } from '../../../../server/src/panel/contract';

const PLOT_HEIGHT = 160;
const AXIS_HEIGHT = 24;
/** Share of a step's width; the rest is the gap between bars. */
const BAR_SHARE = 0.7;
const LABELED_STEPS = 4;
const PERCENT = 100;

/** Colors of the bars and the legend. The position in the bar tells the kinds apart too. */
export const KIND_COLORS: Record<Kind, 'success500' | 'warning500' | 'danger600'> = {
  delivered: 'success500',
  failed: 'warning500',
  dead: 'danger600',
};

const Plot = styled.svg`
  display: block;
  width: 100%;
  height: ${PLOT_HEIGHT + AXIS_HEIGHT}px;
  overflow: visible;

  text {
    fill: ${({ theme }) => theme.colors.neutral600};
    font-size: 1.1rem;
  }
  line {
    stroke: ${({ theme }) => theme.colors.neutral200};
  }
  g:hover > rect:first-child {
    fill: ${({ theme }) => theme.colors.neutral150};
  }
`;

const Bar = styled.rect<{ $kind: Kind }>`
  fill: ${({ theme, $kind }) => theme.colors[KIND_COLORS[$kind]]};
`;

/** Attempts over time, stacked by result. */
export const AttemptChart = ({ statistics }: { statistics: Statistics }) => {
  const { formatMessage, formatNumber } = useIntl();
  const stepTime = useStepTime(statistics);
  const { steps, totals } = statistics;
  const max = niceMax(Math.max(...steps.map(totalOf)));
  const width = PERCENT / steps.length;
  const every = Math.ceil(steps.length / LABELED_STEPS);
  const share = (value: number) => `${value}%`;

  return (
    <Plot
      role="img"
      aria-label={formatMessage(t('overview.chart.label'), { ...totals, steps: steps.length })}
    >
      {[1, 0.5, 0].map((fraction) => {
        const y = PLOT_HEIGHT * (1 - fraction);
        return (
          <g key={fraction} aria-hidden>
            <line x1="0" x2="100%" y1={y} y2={y} />
            {fraction > 0 && (
              <text x="0" y={y + 12}>
                {formatNumber(max * fraction)}
              </text>
            )}
          </g>
        );
      })}
      {steps.map((step, index) => (
        <g key={step.at}>
          <rect
            x={share(index * width)}
            width={share(width)}
            y="0"
            height={PLOT_HEIGHT}
            fill="transparent"
          />
          <title>
            {[
              stepTime.span(step.at),
              ...KINDS.map(
                (kind) =>
                  `${formatNumber(step[kind])} ${formatMessage(t(`overview.chart.${kind}`))}`
              ),
            ].join('\n')}
          </title>
          {segmentsOf(step, max, PLOT_HEIGHT).map(({ kind, y, height }) => (
            <Bar
              key={kind}
              $kind={kind}
              x={share((index + (1 - BAR_SHARE) / 2) * width)}
              width={share(width * BAR_SHARE)}
              y={y}
              height={height}
            />
          ))}
          {index % every === 0 && (
            <text x={share(index * width)} y={PLOT_HEIGHT + 18} aria-hidden>
              {stepTime.label(step.at)}
            </text>
          )}
        </g>
      ))}
    </Plot>
  );
};
