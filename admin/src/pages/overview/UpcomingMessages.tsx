import { Box, Flex, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { messagePath, messagesPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { NextStep } from '../../components/messages/MessageRow';
import { SectionCard } from '../../components/SectionCard';

import type { MessageView } from '../../../../server/src/panel/contract';

/** Next messages to be sent, with a link to all that wait. */
export const UpcomingMessages = ({ messages }: { messages: MessageView[] }) => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard
      title={formatMessage(t('overview.upcoming.title'))}
      action={
        messages.length > 0 && (
          <Link tag={NavLink} to={messagesPath({ displayed: ['pending', 'retrying'] })}>
            {formatMessage(t('overview.upcoming.all'))}
          </Link>
        )
      }
    >
      {messages.length === 0 ? (
        <Typography textColor="neutral600">{formatMessage(t('overview.upcoming.none'))}</Typography>
      ) : (
        <Flex tag="ul" direction="column" alignItems="stretch" gap={3}>
          {messages.map((message) => (
            <Box tag="li" key={message.messageId}>
              <Flex justifyContent="space-between" gap={4} wrap="wrap">
                <Link tag={NavLink} to={messagePath(message.messageId)}>
                  {message.event}
                </Link>
                <Typography textColor="neutral600">
                  <NextStep message={message} />
                </Typography>
              </Flex>
              <Typography ellipsis tag="p" variant="pi" textColor="neutral600">
                {message.endpointName ?? message.url}
              </Typography>
            </Box>
          ))}
        </Flex>
      )}
    </SectionCard>
  );
};
