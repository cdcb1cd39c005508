import { Button, Flex } from '@strapi/design-system';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { FilterBar } from '../../components/messages/FilterBar';
import { KeysetPager } from '../../components/KeysetPager';
import { MessageTable } from '../../components/messages/MessageTable';
import { RefreshButton } from '../../components/RefreshButton';
import { useMessageFilter } from '../../components/messages/useMessageFilter';
import { useLiveRefetch } from '../../hooks/useRefetchWhile';
import { useListWebhookMessagesQuery } from '../../services/messages';
import { isMoving } from '../../components/messages/moving';
import { t } from '../../utils/translation';

const PAGE_SIZE = 20;

/** All messages. */
export const MessagesPage = () => {
  const { formatMessage } = useIntl();
  const { filter, cursor, setFilter, setCursor } = useMessageFilter();
  const { data, isLoading, isError, isFetching, refetch } = useListWebhookMessagesQuery(
    { filter, cursor, pageSize: PAGE_SIZE },
    { refetchOnMountOrArgChange: true }
  );
  useLiveRefetch((data?.results ?? []).some(isMoving), refetch);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;
  const isNarrowed = Object.keys(filter).length > 0;
  const nothing =
    data.searchedTo === undefined
      ? t(isNarrowed ? 'messages.none-match' : 'messages.empty')
      : t('messages.none-so-far');

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('messages.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('messages.title'))}
        subtitle={formatMessage(t('messages.subtitle'))}
        primaryAction={<RefreshButton isBusy={isFetching} onRefresh={refetch} />}
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={4}>
          <FilterBar filter={filter} onChange={setFilter} />
          <MessageTable
            messages={data.results}
            empty={{
              content: formatMessage(nothing),
              action: isNarrowed && (
                <Button variant="secondary" onClick={() => setFilter({})}>
                  {formatMessage(t('filter.clear'))}
                </Button>
              ),
            }}
          />
          <KeysetPager
            cursor={cursor}
            nextCursor={data.nextCursor}
            searchedTo={data.searchedTo}
            onGo={setCursor}
          />
        </Flex>
      </Layouts.Content>
    </Page.Main>
  );
};
