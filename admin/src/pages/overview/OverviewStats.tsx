import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useFormatCount } from '../../hooks/useFormatCount';
import { untriedIn } from '../../services/overview';
import { messagesPath, ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';

import { StatCard } from './StatCard';

import type { Overview } from '../../../../server/src/panel/contract';

/** Narrow enough that all are in one row beside Strapi's menus. */
const Cards = styled.div`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
  gap: ${({ theme }) => theme.spaces[4]};
`;

const STATS = ['delivered', 'pending', 'retrying', 'active', 'held', 'dead'] as const;

type Stat = (typeof STATS)[number];

const valueOf = (overview: Overview, stat: Stat): number | undefined => {
  if (stat === 'held') return overview.held;
  if (stat === 'pending') return untriedIn(overview);
  if (stat === 'retrying') return overview.retrying ?? undefined;
  return overview.counts[stat];
};

const pathOf = (stat: Stat): string => {
  if (stat === 'dead') return `${ROOT}/dead-letters`;
  return messagesPath({ displayed: [stat] });
};

/** Messages by state. Counts stop at a bound and then read "or more". */
export const OverviewStats = ({ overview }: { overview: Overview }) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();

  const wordOf = (stat: Stat) => {
    const count = valueOf(overview, stat);
    return count === undefined ? '–' : formatCount(count, overview.countedUpTo);
  };

  return (
    <Cards>
      {STATS.map((stat) => (
        <StatCard
          key={stat}
          label={formatMessage(t(`overview.stat.${stat}`))}
          hint={formatMessage(t(`overview.stat.${stat}.hint`))}
          value={wordOf(stat)}
          to={pathOf(stat)}
          isAlarming={stat === 'dead' && overview.counts.dead > 0}
        />
      ))}
    </Cards>
  );
};
