import { Field, Flex, TextInput, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { usePauseWebhookEndpointMutation, type EndpointDetail } from '../../services/endpoints';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

interface PauseDialogProps {
  endpoint: EndpointDetail;
  onClose: () => void;
}

/** Pauses an endpoint. Its messages wait. */
export const PauseDialog = ({ endpoint, onClose }: PauseDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [pause, { isLoading }] = usePauseWebhookEndpointMutation();
  const [reason, setReason] = useState('');

  const confirm = async () => {
    const text = reason.trim();
    const result = await pause({ id: endpoint.id, ...(text !== '' && { reason: text }) });
    if ('error' in result) return notify.failure(result.error);
    onClose();
    return notify.success('pause.done', { name: endpoint.name });
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('pause.title'), { name: endpoint.name })}
      confirmLabel={formatMessage(t('pause.confirm'))}
      onConfirm={confirm}
      isBusy={isLoading}
      variant="default"
    >
      <Flex direction="column" alignItems="stretch" gap={4} width="100%">
        <Typography>
          {formatMessage(t('pause.body'), { count: endpoint.counts.pending })}
        </Typography>
        <Field.Root hint={formatMessage(t('pause.reason.hint'))}>
          <Field.Label>{formatMessage(t('pause.reason'))}</Field.Label>
          <TextInput
            value={reason}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => setReason(event.target.value)}
          />
          <Field.Hint />
        </Field.Root>
      </Flex>
    </ConfirmAction>
  );
};
