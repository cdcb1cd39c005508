import { Flex, Link } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { messagePath, messagesPath } from '../../utils/paths';
import { t, type TranslationKey } from '../../utils/translation';
import { Facts, type Fact } from '../../components/Facts';
import { Instant } from '../../components/Instant';
import { ManagedNotice } from '../../components/Managed';
import { Notice } from '../../components/Notice';
import { PausedBadge } from '../../components/PausedBadge';
import { SectionCard } from '../../components/SectionCard';

import type { ScheduleView } from '../../../../server/src/panel/contract';

const LISTED = 10;

const Messages = ({ scheduleId, lastMessageIds }: ScheduleView) => {
  const { formatMessage } = useIntl();
  return (
    <Flex direction="column" alignItems="flex-start">
      {lastMessageIds.slice(0, LISTED).map((messageId) => (
        <Link key={messageId} tag={NavLink} to={messagePath(messageId)}>
          {messageId}
        </Link>
      ))}
      <Link tag={NavLink} to={messagesPath({ scheduleId: [scheduleId] })}>
        {formatMessage(t('schedule.all-messages'))}
      </Link>
    </Flex>
  );
};

interface ScheduleFactsProps {
  schedule: ScheduleView;
  canReadMessages: boolean;
}

/** Runs of a schedule, and options that the form does not edit. */
export const ScheduleFacts = ({ schedule, canReadMessages }: ScheduleFactsProps) => {
  const { formatMessage } = useIntl();
  const { nextAt, lastAt, lastMessageIds, queueName, flowControlKey, labels } = schedule;
  const { callbacks, paused, lastError, problem } = schedule;
  const fact = (key: TranslationKey, value: Fact['value']): Fact => ({
    label: formatMessage(t(key)),
    value,
  });
  const carried: [TranslationKey, string | null][] = [
    ['schedule.carries.queue', queueName],
    ['schedule.carries.flow', flowControlKey],
    ['message.labels', labels.length === 0 ? null : labels.join(', ')],
    ['schedule.carries.callback', callbacks.success],
    ['schedule.carries.failure', callbacks.failure],
  ];

  return (
    <Flex direction="column" alignItems="stretch" gap={4} paddingBottom={6}>
      <ManagedNotice file={schedule.managedBy} />
      {problem !== null && (
        <Notice variant="danger" title={formatMessage(t('schedule.unreadable'))}>
          {problem}
        </Notice>
      )}
      {lastError !== null && (
        <Notice variant="warning" title={formatMessage(t('schedule.last-failed'))}>
          {lastError}
        </Notice>
      )}
      <SectionCard title={formatMessage(t('schedule.runs'))}>
        <Facts
          facts={[
            fact('message.state', <PausedBadge paused={paused} />),
            fact('schedules.column.next', nextAt === null ? '–' : <Instant at={nextAt} />),
            fact('schedules.column.last', lastAt === null ? '–' : <Instant at={lastAt} />),
            ...(canReadMessages && lastMessageIds.length > 0
              ? [fact('schedule.last-messages', <Messages {...schedule} />)]
              : []),
            ...carried.flatMap(([key, value]) => (value === null ? [] : [fact(key, value)])),
          ]}
        />
      </SectionCard>
    </Flex>
  );
};
