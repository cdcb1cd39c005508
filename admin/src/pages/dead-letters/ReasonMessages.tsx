import { Link, Loader, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { filterOf, type Reason } from './deadLetterReasons';
import { Instant } from '../../components/Instant';
import { MessageLine, MessageLines } from '../../components/messages/MessageLines';
import { aboutOf } from '../../components/messages/MessageRow';
import { useErrorText } from '../../hooks/useErrorText';
import { useTypeName } from '../../hooks/useTypeName';
import { useListWebhookMessagesQuery } from '../../services/messages';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';

/** Newest messages of a group. The list below the groups has all of them. */
const SHOWN = 5;

/** Messages of a group, below its row. */
export const ReasonMessages = ({ reason }: { reason: Reason }) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const typeName = useTypeName();
  const { data, error } = useListWebhookMessagesQuery(
    { filter: filterOf(reason), pageSize: SHOWN },
    { refetchOnMountOrArgChange: true }
  );

  if (error) return <Typography textColor="danger600">{errorText(error)}</Typography>;
  if (data === undefined) return <Loader small />;
  return (
    <>
      <MessageLines aria-label={formatMessage(t('dead.reasons'))}>
        {data.results.map((message) => (
          <MessageLine key={message.messageId}>
            <Link tag={NavLink} to={messagePath(message.messageId)}>
              {message.event}
            </Link>
            <Typography>{aboutOf(message, typeName)}</Typography>
            <Typography variant="pi" textColor="neutral600">
              {message.finishedAt !== null && <Instant at={message.finishedAt} />}
            </Typography>
            <Typography variant="pi" textColor="neutral600">
              {formatMessage(t('message.attempts'), { count: message.attempts })}
            </Typography>
          </MessageLine>
        ))}
      </MessageLines>
      {reason.count > data.results.length && (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {formatMessage(t('dead.newest-of'), {
            count: data.results.length,
            total: reason.count,
          })}
        </Typography>
      )}
    </>
  );
};
