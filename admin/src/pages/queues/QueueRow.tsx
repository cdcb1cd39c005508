import { Typography } from '@strapi/design-system';
import { List, Pencil, Play, Stop, Trash } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { useNavigate } from 'react-router-dom';

import { useFormatCount } from '../../hooks/useFormatCount';
import { useNotify } from '../../hooks/useNotify';
import { useActOnWebhookQueueMutation } from '../../services/limits';
import { messagesPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { Instant } from '../../components/Instant';
import { PausedBadge } from '../../components/PausedBadge';
import { RowMenu } from '../../components/RowMenu';
import { Td, Tr } from '../../components/Table';

import type { Can } from '../../hooks/usePermissions';
import type { QueueView } from '../../../../server/src/panel/contract';

interface QueueRowProps {
  queue: QueueView;
  can: Can;
  onOpen: (dialog: 'edit' | 'delete') => void;
}

/** One queue. Pausing needs no confirmation because it loses nothing. */
export const QueueRow = ({ queue, can, onOpen }: QueueRowProps) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const navigate = useNavigate();
  const notify = useNotify();
  const [act] = useActOnWebhookQueueMutation();
  const { name, paused, lag, parallelism } = queue;

  const toggle = async () => {
    const result = await act({ name, action: paused ? 'resume' : 'pause' });
    const values = { name, count: lag, shown: formatCount(lag) };
    notify.settled(result, paused ? 'queue.resumed' : 'queue.paused', values);
  };

  return (
    <Tr>
      <Td>
        <Typography fontWeight="bold">{name}</Typography>
      </Td>
      <Td>
        <Typography>{formatCount(lag)}</Typography>
      </Td>
      <Td>
        <Typography>
          {parallelism === 1
            ? formatMessage(t('queue.in-order'))
            : formatMessage(t('queue.at-once'), { count: parallelism })}
        </Typography>
      </Td>
      <Td>
        <PausedBadge paused={paused} />
      </Td>
      <Td>
        <Typography>
          <Instant at={queue.updatedAt} />
        </Typography>
      </Td>
      <Td>
        <RowMenu
          name={name}
          actions={[
            can('messages.read') && {
              label: formatMessage(t('list.messages')),
              icon: <List />,
              onSelect: () => navigate(messagesPath({ queue: [name] })),
            },
            can('queues.update') && {
              label: formatMessage(t(paused ? 'resume.action' : 'pause.action')),
              icon: paused ? <Play /> : <Stop />,
              onSelect: () => void toggle(),
            },
            can('queues.update') && {
              label: formatMessage(t('queue.edit')),
              icon: <Pencil />,
              onSelect: () => onOpen('edit'),
            },
            can('queues.delete') && {
              label: formatMessage(t('action.delete')),
              icon: <Trash />,
              isDanger: true,
              onSelect: () => onOpen('delete'),
            },
          ]}
        />
      </Td>
    </Tr>
  );
};
