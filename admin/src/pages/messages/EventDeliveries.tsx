import { Link, Loader, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { EndpointLink } from '../../components/messages/EndpointLink';
import { NextStep } from '../../components/messages/MessageRow';
import { MessageLine, MessageLines } from '../../components/messages/MessageLines';
import { MessageStateBadge } from '../../components/messages/MessageStateBadge';
import { isMoving } from '../../components/messages/moving';
import { OutcomeBadge } from '../../components/messages/OutcomeBadge';
import { useErrorText } from '../../hooks/useErrorText';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import { useListWebhookMessagesQuery } from '../../services/messages';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { LoggedEvent, MessageView } from '../../../../server/src/panel/contract';

const Delivery = ({ message }: { message: MessageView }) => {
  const { formatMessage } = useIntl();
  const { messageId, endpointId, url, lastOutcome, lastStatus, attempts } = message;
  return (
    <MessageLine>
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
    </MessageLine>
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
      <MessageLines aria-label={formatMessage(t('events.column.deliveries'))}>
        {inOrder(data.results, messageId).map((message) => (
          <Delivery key={message.messageId} message={message} />
        ))}
      </MessageLines>
      {total > deliveries.length && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {formatMessage(t('events.first-of'), { count: deliveries.length, total })}
        </Typography>
      )}
    </>
  );
};
