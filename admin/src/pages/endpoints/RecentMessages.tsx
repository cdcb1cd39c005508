import { Flex, Link } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useLiveRefetch } from '../../hooks/useRefetchWhile';
import { useListWebhookMessagesQuery } from '../../services/messages';
import { isMoving } from '../../components/messages/moving';
import { messagesPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { MessageTable } from '../../components/messages/MessageTable';

const SHOWN = 10;

/** Latest messages of an endpoint, with a link to all. */
export const RecentMessages = ({ endpointId }: { endpointId: number }) => {
  const { formatMessage } = useIntl();
  const filter = { endpointId: [endpointId] };
  const { data, isLoading, refetch } = useListWebhookMessagesQuery(
    { filter, pageSize: SHOWN },
    { refetchOnMountOrArgChange: true }
  );
  useLiveRefetch((data?.results ?? []).some(isMoving), refetch);

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <MessageTable
        messages={data.results}
        hasReceiver={false}
        empty={{ content: formatMessage(t('endpoint.messages.empty')) }}
      />
      {data.nextCursor !== undefined && (
        <Link tag={NavLink} to={messagesPath(filter)}>
          {formatMessage(t('endpoint.messages.all'))}
        </Link>
      )}
    </Flex>
  );
};
