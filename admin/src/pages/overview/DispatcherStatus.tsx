import { Flex, Status, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useNow } from '../../hooks/useNow';
import { t } from '../../utils/translation';

import { Instant } from '../../components/Instant';
import { NodeList } from './NodeList';
import { SectionCard } from '../../components/SectionCard';

import type { Overview } from '../../../../server/src/panel/contract';
import { MINUTE_MS } from '../../utils/time';

/** How long a message may be overdue before a warning. */
const LATE_MS = MINUTE_MS;

/** Whether any server delivers. Before the first report, this server answers for itself. */
const workingOf = ({ dispatcher, nodes }: Overview) => {
  if (dispatcher.running || nodes.some(({ delivers, silent }) => delivers && !silent)) {
    return 'running';
  }
  return dispatcher.enabled ? 'stopped' : 'off';
};

const VARIANTS = { running: 'success', stopped: 'danger', off: 'neutral' } as const;

/** Delivery status: whether it runs, keeps up, and on which servers. */
export const DispatcherStatus = ({ overview }: { overview: Overview }) => {
  const { formatMessage } = useIntl();
  const nowMs = useNow();
  const { oldestDueAt, nodes } = overview;
  const working = workingOf(overview);
  const isLate = oldestDueAt !== null && nowMs - oldestDueAt > LATE_MS;

  return (
    <SectionCard title={formatMessage(t('overview.dispatcher.title'))}>
      <Flex direction="column" alignItems="flex-start" gap={3}>
        <Status variant={VARIANTS[working]} size="S">
          <Typography>{formatMessage(t(`overview.dispatcher.${working}`))}</Typography>
        </Status>
        <Typography textColor={isLate ? 'danger600' : 'neutral600'}>
          {oldestDueAt === null
            ? formatMessage(t('overview.dispatcher.nothing-due'))
            : formatMessage(t('overview.dispatcher.oldest-due'), {
                when: <Instant key="when" at={oldestDueAt} />,
              })}
        </Typography>
        {nodes.length > 0 && <NodeList nodes={nodes} />}
      </Flex>
    </SectionCard>
  );
};
