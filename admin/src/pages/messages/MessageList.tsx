import { LiveList, type LiveListProps } from '../../components/LiveList';
import { MessageTable } from '../../components/messages/MessageTable';
import { isMoving } from '../../components/messages/moving';
import { sortParam } from '../../hooks/useListChoices';
import { useListWebhookMessagesQuery } from '../../services/messages';

import type { MessageListFilter } from '../../../../server/src/panel/contract';

/** Messages, one a row. */
export const MessageList = (list: LiveListProps<MessageListFilter>) => {
  const { filter, cursor, choices } = list;
  const page = useListWebhookMessagesQuery(
    { filter, cursor, pageSize: choices.pageSize, sort: sortParam(choices) },
    { refetchOnMountOrArgChange: true }
  );
  return (
    <LiveList {...list} page={page} keyOf={({ messageId }) => messageId} isMoving={isMoving}>
      {(rows, empty) => <MessageTable messages={rows} empty={empty} choices={choices} />}
    </LiveList>
  );
};
