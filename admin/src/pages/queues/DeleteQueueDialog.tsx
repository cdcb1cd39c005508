import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useFormatCount } from '../../hooks/useFormatCount';
import { useNotify } from '../../hooks/useNotify';
import { useDeleteWebhookQueueMutation } from '../../services/limits';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

import type { QueueView } from '../../../../server/src/panel/contract';

interface DeleteQueueDialogProps {
  queue: QueueView;
  onClose: () => void;
}

/** Confirms the deletion and says what happens to waiting messages. */
export const DeleteQueueDialog = ({ queue, onClose }: DeleteQueueDialogProps) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const notify = useNotify();
  const [remove, { isLoading }] = useDeleteWebhookQueueMutation();
  const { name, lag } = queue;

  const confirm = async () => {
    if (notify.settled(await remove(name), 'queue.deleted', { name })) onClose();
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('queue.delete.title'), { name })}
      confirmLabel={formatMessage(t('action.delete'))}
      onConfirm={confirm}
      isBusy={isLoading}
    >
      <Flex direction="column" gap={2}>
        <Typography textAlign="center">{formatMessage(t('queue.delete.body'))}</Typography>
        <Typography textAlign="center" fontWeight="bold">
          {formatMessage(t('queue.delete.waiting'), { count: lag, shown: formatCount(lag) })}
        </Typography>
      </Flex>
    </ConfirmAction>
  );
};
