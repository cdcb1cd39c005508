import { Box, Flex } from '@strapi/design-system';
import { Page } from '@strapi/strapi/admin';

import { FreshRows } from '../../components/FreshRows';
import { KeysetPager } from '../../components/KeysetPager';
import { MessageTable } from '../../components/messages/MessageTable';
import { isMoving } from '../../components/messages/moving';
import { useCalmList } from '../../hooks/useCalmList';
import { useLiveRefetch } from '../../hooks/useRefetchWhile';
import { useListWebhookMessagesQuery } from '../../services/messages';

import type { ReactNode } from 'react';
import type { MessageListFilter } from '../../../../server/src/panel/contract';

const PAGE_SIZE = 20;

interface MessageListProps {
  filter: MessageListFilter;
  cursor: string | undefined;
  onGo: (cursor: string | undefined) => void;
  /** @param isPartial only a part of the log was searched. */
  emptyOf: (isPartial: boolean) => { content: string; action?: ReactNode };
}

/** Messages, one a row. */
export const MessageList = ({ filter, cursor, onGo, emptyOf }: MessageListProps) => {
  const { data, isLoading, refetch } = useListWebhookMessagesQuery(
    { filter, cursor, pageSize: PAGE_SIZE },
    { refetchOnMountOrArgChange: true }
  );
  useLiveRefetch((data?.results ?? []).some(isMoving), refetch);
  const calm = useCalmList(
    data?.results ?? [],
    ({ messageId }) => messageId,
    JSON.stringify([filter, cursor ?? null])
  );

  if (isLoading) return <Page.Loading />;
  if (!data) return <Page.Error />;
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Box>
        <FreshRows count={calm.fresh} onShow={calm.showFresh} />
        <MessageTable messages={calm.rows} empty={emptyOf(data.searchedTo !== undefined)} />
      </Box>
      <KeysetPager
        cursor={cursor}
        nextCursor={data.nextCursor}
        searchedTo={data.searchedTo}
        onGo={onGo}
      />
    </Flex>
  );
};
