import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { usePermissions } from '../../hooks/usePermissions';
import {
  useDeleteWebhookEndpointMutation,
  useGetWebhookEndpointQuery,
} from '../../services/endpoints';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

import type { EndpointView } from '../../../../server/src/panel/contract';

interface DeleteEndpointDialogProps {
  endpoint: EndpointView;
  onClose: () => void;
  onDeleted: () => void;
}

/** Confirms the deletion and says how many messages will be canceled. */
export const DeleteEndpointDialog = ({
  endpoint,
  onClose,
  onDeleted,
}: DeleteEndpointDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const can = usePermissions();
  const { data } = useGetWebhookEndpointQuery(endpoint.id, { refetchOnMountOrArgChange: true });
  const [remove, { isLoading }] = useDeleteWebhookEndpointMutation();
  const pending = data?.counts.pending ?? 0;

  const confirm = async () => {
    const result = await remove({ id: endpoint.id, cancelPending: pending > 0 });
    if ('error' in result) return notify.failure(result.error);
    onClose();
    onDeleted();
    return notify.success('endpoint.deleted', { name: endpoint.name });
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('endpoint.delete.title'), { name: endpoint.name })}
      confirmLabel={formatMessage(t('action.delete'))}
      onConfirm={confirm}
      isBusy={isLoading}
      isDisabled={data === undefined || (pending > 0 && !can('messages.cancel'))}
    >
      <Flex direction="column" gap={2}>
        <Typography textAlign="center">{formatMessage(t('endpoint.delete.body'))}</Typography>
        <Typography textAlign="center" fontWeight="bold">
          {formatMessage(t('endpoint.delete.pending'), { count: pending })}
        </Typography>
      </Flex>
    </ConfirmAction>
  );
};
