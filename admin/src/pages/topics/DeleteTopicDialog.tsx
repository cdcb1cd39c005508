import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useDeleteWebhookTopicMutation } from '../../services/topics';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

import type { TopicView } from '../../../../server/src/panel/contract';

interface DeleteTopicDialogProps {
  /** Null while closed. */
  topic: TopicView | null;
  onClose: () => void;
  onDeleted: () => void;
}

export const DeleteTopicDialog = ({ topic, onClose, onDeleted }: DeleteTopicDialogProps) => {
  const { formatList, formatMessage } = useIntl();
  const notify = useNotify();
  const [remove, { isLoading }] = useDeleteWebhookTopicMutation();
  if (topic === null) return null;

  const confirm = async () => {
    const result = await remove(topic.id);
    if ('error' in result) return notify.failure(result.error);
    onClose();
    onDeleted();
    return notify.success('topic.deleted', { name: topic.name });
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('topic.delete.title'), { name: topic.name })}
      confirmLabel={formatMessage(t('action.delete'))}
      onConfirm={confirm}
      isBusy={isLoading}
    >
      <Typography textAlign="center">
        {formatMessage(t('topic.delete.body'), { count: topic.endpoints.length })}
      </Typography>
      {topic.endpoints.length > 0 && (
        <Typography textAlign="center" textColor="neutral600">
          {formatList(topic.endpoints.map(({ name }) => name))}
        </Typography>
      )}
    </ConfirmAction>
  );
};
