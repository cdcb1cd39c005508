import { LiveList, type LiveListProps } from '../../components/LiveList';
import { MessageTable } from '../../components/messages/MessageTable';
import { isMoving } from '../../components/messages/moving';
import { useListWebhookMessagesQuery } from '../../services/messages';

import type { MessageListFilter } from '../../../../server/src/panel/contract';

const PAGE_SIZE = 20;

/** Messages, one a row. */
export const MessageList = (list: LiveListProps<MessageListFilter>) => {
  const { filter, cursor } = list;
  const page = useListWebhookMessagesQuery(
    { filter, cursor, pageSize: PAGE_SIZE },
    { refetchOnMountOrArgChange: true }
  );
  return (
    <LiveList {...list} page={page} keyOf={({ messageId }) => messageId} isMoving={isMoving}>
      {(rows, empty) => <MessageTable messages={rows} empty={empty} />}
    </LiveList>
  );
};
