import { Grid } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useFormatCount } from '../../hooks/useFormatCount';
import { messagesPath, ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';

import { StatCard } from './StatCard';

import type { Overview } from '../../../../server/src/panel/contract';

const STATS = ['delivered', 'pending', 'active', 'held', 'dead', 'canceled'] as const;

type Stat = (typeof STATS)[number];

const valueOf = (overview: Overview, stat: Stat): number => {
  if (stat === 'held') return overview.held;
  if (stat === 'pending') return overview.waiting;
  return overview.counts[stat];
};

const pathOf = (stat: Stat): string => {
  if (stat === 'dead') return `${ROOT}/dead-letters`;
  return messagesPath({ displayed: stat === 'pending' ? ['pending', 'retrying'] : [stat] });
};

/** Messages by state. Counts stop at a bound and then read "or more". */
export const OverviewStats = ({ overview }: { overview: Overview }) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();

  const wordOf = (stat: Stat) => {
    return formatCount(valueOf(overview, stat), overview.countedUpTo);
  };

  return (
    <Grid.Root gap={4}>
      {STATS.map((stat) => (
        <Grid.Item key={stat} col={2} m={4} s={6} xs={6} direction="column" alignItems="stretch">
          <StatCard
            label={formatMessage(t(`overview.stat.${stat}`))}
            hint={formatMessage(t(`overview.stat.${stat}.hint`))}
            value={wordOf(stat)}
            to={pathOf(stat)}
            isAlarming={stat === 'dead' && overview.counts.dead > 0}
          />
        </Grid.Item>
      ))}
    </Grid.Root>
  );
};
