import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useDeleteWebhookScheduleMutation } from '../../services/schedules';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

import type { ScheduleView } from '../../../../server/src/panel/contract';

interface DeleteScheduleDialogProps {
  schedule: ScheduleView;
  onClose: () => void;
  onDeleted: () => void;
}

export const DeleteScheduleDialog = ({
  schedule,
  onClose,
  onDeleted,
}: DeleteScheduleDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [remove, { isLoading }] = useDeleteWebhookScheduleMutation();

  const confirm = async () => {
    if (!notify.settled(await remove(schedule.scheduleId), 'schedule.deleted')) return;
    onClose();
    onDeleted();
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('schedule.delete.title'))}
      confirmLabel={formatMessage(t('action.delete'))}
      onConfirm={confirm}
      isBusy={isLoading}
    >
      <Typography textAlign="center">
        {formatMessage(t('schedule.delete.body'), { id: schedule.scheduleId })}
      </Typography>
    </ConfirmAction>
  );
};
