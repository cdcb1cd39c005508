import { Accordion, Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useAddressPart } from '../../hooks/useAddressPart';
import { t } from '../../utils/translation';

import { attemptFailure, plannedAttempts } from '../../components/messages/attemptFailure';
import { AttemptDetails } from '../../components/messages/AttemptDetails';
import { OutcomeBadge } from '../../components/messages/OutcomeBadge';

import { NextAttempt } from './NextAttempt';

import type { LoggedAttempt, MessageDetail } from '../../../../server/src/panel/contract';

const WRAPPED = { whiteSpace: 'normal', textAlign: 'left', overflowWrap: 'anywhere' } as const;

/** The opened row has the whole text. */
const TwoLines = styled.span`
  display: -webkit-box;
  overflow: hidden;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
`;

/** Why the attempt failed: in words, and as the receiver put it. */
const Failure = ({ attempt }: { attempt: LoggedAttempt }) => {
  const { formatMessage } = useIntl();
  const failure = attemptFailure(attempt);
  if (failure === null) return null;
  const { cause, quote, retryAfter } = failure;
  return (
    <Typography tag="span" variant="pi" fontWeight="regular" textColor="danger700" style={WRAPPED}>
      <TwoLines>
        {formatMessage(t(`doctor.${cause}`))}
        {retryAfter !== null && ` Retry-After: ${retryAfter}.`}
        {quote !== '' && (
          <>
            {' '}
            <code style={{ fontFamily: 'monospace' }}>{quote}</code>
          </>
        )}
      </TwoLines>
    </Typography>
  );
};

const Summary = ({ attempt, total }: { attempt: LoggedAttempt; total: number }) => {
  const { formatMessage, formatDate } = useIntl();
  const formatDuration = useFormatDuration();
  const { number, trigger } = attempt;
  const when = formatDate(attempt.startedAt, { dateStyle: 'medium', timeStyle: 'medium' });

  return (
    <Flex tag="span" direction="column" alignItems="flex-start" gap={1}>
      <Flex tag="span" gap={2} wrap="wrap">
        <span>{formatMessage(t('attempt.title'), { number, total: Math.max(number, total) })}</span>
        <Typography
          tag="span"
          variant="pi"
          fontWeight="regular"
          textColor="neutral600"
          style={WRAPPED}
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
      <Failure attempt={attempt} />
    </Flex>
  );
};

/** Attempts of a message, newest first, below the next one. The newest is open. */
export const AttemptTimeline = ({ message }: { message: MessageDetail }) => {
  const { formatMessage } = useIntl();
  const [chosen, setChosen] = useAddressPart('attempt');
  const total = plannedAttempts(message.attempts, message.retries);
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
                <Summary attempt={attempt} total={total} />
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
