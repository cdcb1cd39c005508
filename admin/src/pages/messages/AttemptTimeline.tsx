import { Accordion, Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useAddressPart } from '../../hooks/useAddressPart';
import { t } from '../../utils/translation';

import { AttemptDetails } from '../../components/messages/AttemptDetails';
import { OutcomeBadge } from '../../components/messages/OutcomeBadge';

import { NextAttempt } from './NextAttempt';

import type { LoggedAttempt, MessageDetail } from '../../../../server/src/panel/contract';

const Summary = ({ attempt }: { attempt: LoggedAttempt }) => {
  const { formatMessage, formatDate } = useIntl();
  const formatDuration = useFormatDuration();
  const { trigger } = attempt;
  const when = formatDate(attempt.startedAt, { dateStyle: 'medium', timeStyle: 'medium' });

  return (
    <Flex tag="span" gap={3} wrap="wrap">
      <span>{formatMessage(t('attempt.title'), { number: attempt.number })}</span>
      <Typography
        tag="span"
        variant="pi"
        textColor="neutral600"
        style={{ whiteSpace: 'normal', textAlign: 'left' }}
      >
        <time dateTime={new Date(attempt.startedAt).toISOString()}>{when}</time>
        {` · ${formatDuration(attempt.durationMs)}`}
        {trigger !== null &&
          ` · ${formatMessage(t(`message.${trigger.kind}`))} · ${formatMessage(
            t(`actor.${trigger.actor.kind}`),
            { label: trigger.actor.label ?? '' }
          )}`}
      </Typography>
    </Flex>
  );
};

/** Attempts of a message, newest first, below the next one. The newest is open. */
export const AttemptTimeline = ({ message }: { message: MessageDetail }) => {
  const { formatMessage } = useIntl();
  const [chosen, setChosen] = useAddressPart('attempt');
  const newestFirst = [...message.attemptLog].sort((a, b) => b.number - a.number);

  if (newestFirst.length === 0) {
    return (
      <Flex direction="column" alignItems="stretch" gap={4}>
        <NextAttempt message={message} />
        <Typography textColor="neutral600">{formatMessage(t('attempts.none'))}</Typography>
      </Flex>
    );
  }
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <NextAttempt message={message} />
      <Accordion.Root
        size="S"
        collapsible
        value={chosen ?? String(newestFirst[0]?.number)}
        onValueChange={setChosen}
      >
        {newestFirst.map((attempt) => (
          <Accordion.Item key={attempt.number} value={String(attempt.number)}>
            <Accordion.Header>
              <Accordion.Trigger>
                <Summary attempt={attempt} />
              </Accordion.Trigger>
              <Accordion.Actions>
                <Flex paddingRight={4}>
                  <OutcomeBadge outcome={attempt.outcome} status={attempt.status} />
                </Flex>
              </Accordion.Actions>
            </Accordion.Header>
            <Accordion.Content>
              <Box padding={4}>
                <AttemptDetails attempt={attempt} />
              </Box>
            </Accordion.Content>
          </Accordion.Item>
        ))}
      </Accordion.Root>
    </Flex>
  );
};
