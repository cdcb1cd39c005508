import { Accordion, Box, Flex, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useFormatDuration } from '../../hooks/useFormatDuration';
import { t } from '../../utils/translation';

import { AttemptDetails } from '../../components/messages/AttemptDetails';
import { OutcomeBadge } from '../../components/messages/OutcomeBadge';

import type { AttemptView } from '../../../../server/src/panel/contract';

/** Attempts of a message, newest first. The newest is open. */
export const AttemptTimeline = ({ attempts }: { attempts: readonly AttemptView[] }) => {
  const { formatMessage, formatDate } = useIntl();
  const formatDuration = useFormatDuration();
  const [chosen, setChosen] = useState<string | null>(null);
  const newestFirst = [...attempts].sort((a, b) => b.number - a.number);

  if (newestFirst.length === 0) {
    return <Typography textColor="neutral600">{formatMessage(t('attempts.none'))}</Typography>;
  }
  return (
    <Accordion.Root
      size="S"
      collapsible
      value={chosen ?? String(newestFirst[0]?.number)}
      onValueChange={setChosen}
    >
      {newestFirst.map((attempt) => (
        <Accordion.Item key={attempt.number} value={String(attempt.number)}>
          <Accordion.Header>
            <Accordion.Trigger
              description={formatMessage(t('attempt.summary'), {
                when: formatDate(attempt.startedAt, { dateStyle: 'medium', timeStyle: 'medium' }),
                duration: formatDuration(attempt.durationMs),
              })}
            >
              {formatMessage(t('attempt.title'), { number: attempt.number })}
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
  );
};
