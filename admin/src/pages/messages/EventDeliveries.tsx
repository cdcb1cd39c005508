import { Link, Loader, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';
import { styled } from 'styled-components';

import { EndpointLink } from '../../components/messages/EndpointLink';
import { NextStep } from '../../components/messages/MessageRow';
import { MessageStateBadge } from '../../components/messages/MessageStateBadge';
import { isMoving } from '../../components/messages/moving';
import { OutcomeBadge } from '../../components/messages/OutcomeBadge';
import { useErrorText } from '../../hooks/useErrorText';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import { useListWebhookMessagesQuery } from '../../services/messages';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { LoggedEvent, MessageView } from '../../../../server/src/panel/contract';

/** Not a table: it is inside the row of one, whose rules for cells would apply. */
const List = styled.ul`
  display: grid;
  gap: ${({ theme }) => theme.spaces[2]};
  padding-left: ${({ theme }) => theme.spaces[4]};
  border-left: 2px solid ${({ theme }) => theme.colors.neutral200};
`;

const Item = styled.li`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr));
  gap: ${({ theme }) => `${theme.spaces[1]} ${theme.spaces[4]}`};
  align-items: center;
  overflow-wrap: anywhere;
`;

const Delivery = ({ message }: { message: MessageView }) => {
  const { formatMessage } = useIntl();
  const { messageId, endpointId, url, lastOutcome, lastStatus, attempts } = message;
  return (
    <Item>
      <Typography>{endpointId === null ? url : <EndpointLink endpoint={message} />}</Typography>
      <span>
        <MessageStateBadge message={message} />
      </span>
      <Typography variant="pi" textColor="neutral600">
        {lastOutcome !== null && (
          <>
            <OutcomeBadge outcome={lastOutcome} status={lastStatus} />{' '}
          </>
        )}
        <span style={{ whiteSpace: 'nowrap' }}>
          {formatMessage(t('message.attempts'), { count: attempts })}
        </span>
      </Typography>
      <Typography variant="pi" textColor="neutral600">
        <NextStep message={message} />
      </Typography>
      <Link tag={NavLink} to={messagePath(messageId)}>
        {formatMessage(t('events.message'))}
      </Link>
    </Item>
  );
};

/** Messages in the order of the dots. */
const inOrder = (messages: readonly MessageView[], ids: readonly string[]): MessageView[] =>
  [...messages].sort((a, b) => ids.indexOf(a.messageId) - ids.indexOf(b.messageId));

/** Deliveries of an event, below its row of the log. */
export const EventDeliveries = ({ event }: { event: LoggedEvent }) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const { deliveries, total } = event;
  const messageId = deliveries.map((delivery) => delivery.messageId);
  const { data, error, refetch } = useListWebhookMessagesQuery(
    { filter: { messageId }, pageSize: messageId.length },
    { refetchOnMountOrArgChange: true }
  );
  useRefetchWhile((data?.results ?? []).some(isMoving), refetch);

  if (error) return <Typography textColor="danger600">{errorText(error)}</Typography>;
  if (data === undefined) return <Loader small />;
  return (
    <>
      <List aria-label={formatMessage(t('events.column.deliveries'))}>
        {inOrder(data.results, messageId).map((message) => (
          <Delivery key={message.messageId} message={message} />
        ))}
      </List>
      {total > deliveries.length && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {formatMessage(t('events.first-of'), { count: deliveries.length, total })}
        </Typography>
      )}
    </>
  );
};
