import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { ListTable, type Selection } from '../ListTable';

import { MessageRow } from './MessageRow';

import type { ReactNode } from 'react';
import type { ListChoices } from '../../hooks/useListChoices';
import type { MessageView } from '../../../../server/src/panel/contract';

export const MESSAGE_COLUMNS = ['event', 'receiver', 'state', 'last', 'next', 'created'] as const;
/** Left out where there is little room. */
const MINOR: readonly string[] = ['created'];

interface MessageTableProps {
  messages: readonly MessageView[];
  empty: { content: string; action?: ReactNode };
  renderActions?: (message: MessageView) => ReactNode;
  /** False where all messages are to the same endpoint. */
  hasReceiver?: boolean;
  /** Of messages by id. Absent: no checkboxes. */
  selection?: Selection;
  choices?: ListChoices;
}

/** Table of messages. */
export const MessageTable = ({
  messages,
  empty,
  renderActions,
  hasReceiver = true,
  selection,
  choices,
}: MessageTableProps) => {
  const { formatMessage } = useIntl();
  const rows = messages.map((message) => ({ ...message, id: message.messageId }));

  return (
    <ListTable
      rows={rows}
      columns={MESSAGE_COLUMNS.filter((name) => hasReceiver || name !== 'receiver').map((name) => ({
        name,
        isSortable: name === 'created',
        isMinor: MINOR.includes(name),
        label: formatMessage(t(`messages.column.${name}`)),
      }))}
      renderRow={(message) => (
        <MessageRow
          key={message.id}
          message={message}
          selection={selection}
          hasReceiver={hasReceiver}
          actions={renderActions?.(message)}
        />
      )}
      empty={empty}
      selection={selection}
      choices={choices}
    />
  );
};
