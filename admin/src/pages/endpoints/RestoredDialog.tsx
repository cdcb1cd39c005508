import { DateTimePicker, Field, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { FormDialog } from '../../components/FormDialog';
import { useNotify } from '../../hooks/useNotify';
import {
  useForgetWebhookLedgerMutation,
  useReconcileWebhookEndpointMutation,
} from '../../services/ledger';
import { t } from '../../utils/translation';

interface RestoredDialogProps {
  endpointId: number;
  onClose: () => void;
}

/** For a receiver that was restored from a backup: what it acknowledged since then is compared anew. */
export const RestoredDialog = ({ endpointId, onClose }: RestoredDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [since, setSince] = useState<Date>();
  const [forget, { isLoading }] = useForgetWebhookLedgerMutation();
  const [reconcile] = useReconcileWebhookEndpointMutation();

  const submit = async () => {
    if (since === undefined) return;
    const result = await forget({ endpointId, since: since.getTime() });
    if ('error' in result) return notify.failure(result.error);
    const started = await reconcile({ endpointId });
    if ('error' in started) return notify.failure(started.error);
    notify.success('restored.done', { count: result.data.forgotten });
    onClose();
  };

  return (
    <FormDialog
      title={formatMessage(t('restored.title'))}
      submitLabel={formatMessage(t('ledger.compare'))}
      onSubmit={submit}
      onClose={onClose}
      isBusy={isLoading}
      isDisabled={since === undefined}
    >
      <Typography textColor="neutral600">{formatMessage(t('restored.body'))}</Typography>
      <Field.Root required>
        <Field.Label>{formatMessage(t('restored.since'))}</Field.Label>
        <DateTimePicker
          dateLabel={formatMessage(t('filter.date'))}
          timeLabel={formatMessage(t('filter.time'))}
          clearLabel={formatMessage(t('filter.clear'))}
          value={since ?? null}
          onChange={setSince}
          onClear={() => setSince(undefined)}
        />
      </Field.Root>
    </FormDialog>
  );
};
