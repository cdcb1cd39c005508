import { Flex, Status, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useNow } from '../hooks/useNow';
import { t } from '../utils/translation';

import { Instant } from './Instant';
import { SectionCard } from './SectionCard';

import type { Overview } from '../../../server/src/contract';

/** A message due for longer than this, with nobody sending, is worth a second look. */
const LATE_MS = 60_000;

const workingOf = ({ enabled, running }: Overview['dispatcher']) => {
  if (!enabled) return 'off';
  return running ? 'running' : 'stopped';
};

const VARIANTS = { running: 'success', stopped: 'danger', off: 'neutral' } as const;

/** Is anybody delivering, and does it keep up? */
export const DispatcherStatus = ({ overview }: { overview: Overview }) => {
  const { formatMessage } = useIntl();
  const nowMs = useNow();
  const { dispatcher, oldestDueAt } = overview;
  const working = workingOf(dispatcher);
  const isLate = oldestDueAt !== null && nowMs - oldestDueAt > LATE_MS;

  return (
    <SectionCard title={formatMessage(t('overview.dispatcher.title'))}>
      <Flex direction="column" alignItems="flex-start" gap={3}>
        <Status variant={VARIANTS[working]} size="S">
          <Typography>{formatMessage(t(`overview.dispatcher.${working}`))}</Typography>
        </Status>
        <Typography textColor="neutral600">
          {formatMessage(t('overview.dispatcher.in-flight'), { count: dispatcher.inFlight })}
        </Typography>
        <Typography textColor={isLate ? 'danger600' : 'neutral600'}>
          {oldestDueAt === null
            ? formatMessage(t('overview.dispatcher.nothing-due'))
            : formatMessage(t('overview.dispatcher.oldest-due'), {
                when: <Instant key="when" at={oldestDueAt} />,
              })}
        </Typography>
      </Flex>
    </SectionCard>
  );
};
