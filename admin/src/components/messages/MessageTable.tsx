import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { ListTable } from '../ListTable';

import { MessageRow } from './MessageRow';

import type { ReactNode } from 'react';
import type { MessageView } from '../../../../server/src/panel/contract';

const COLUMNS = ['event', 'receiver', 'state', 'last', 'next', 'created'] as const;

interface MessageTableProps {
  messages: readonly MessageView[];
  empty: { content: string; action?: ReactNode };
  renderActions?: (message: MessageView) => ReactNode;
  /** Ids of the selected messages. Absent: no checkboxes. */
  selected?: readonly string[];
  onSelect?: (messageIds: string[]) => void;
}

/** Table of messages. */
export const MessageTable = ({
  messages,
  empty,
  renderActions,
  selected,
  onSelect,
}: MessageTableProps) => {
  const { formatMessage } = useIntl();
  const rows = messages.map((message) => ({ ...message, id: message.messageId }));
  const isSelectable = selected !== undefined;

  return (
    <ListTable
      rows={rows}
      columns={COLUMNS.map((name) => ({
        name,
        label: formatMessage(t(`messages.column.${name}`)),
      }))}
      renderRow={(message) => (
        <MessageRow
          key={message.id}
          message={message}
          isSelectable={isSelectable}
          actions={renderActions?.(message)}
        />
      )}
      empty={empty}
      isSelectable={isSelectable}
      selected={rows.filter((row) => selected?.includes(row.id))}
      onSelect={(chosen) => onSelect?.(chosen.map((row) => row.id))}
    />
  );
};
