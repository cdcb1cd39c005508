import { Field, NumberInput, TextInput } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useErrorText } from '../../hooks/useErrorText';
import { useNotify } from '../../hooks/useNotify';
import {
  useCreateWebhookQueueMutation,
  useUpdateWebhookQueueMutation,
} from '../../services/limits';
import { t } from '../../utils/translation';
import { FormDialog } from '../../components/FormDialog';

import type { QueueView } from '../../../../server/src/panel/contract';

interface QueueDialogProps {
  /** Undefined for a new queue. */
  queue: QueueView | undefined;
  onClose: () => void;
}

/** Creates a queue, or changes its parallelism. */
export const QueueDialog = ({ queue, onClose }: QueueDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { fieldTexts } = useErrorText();
  const [create, creation] = useCreateWebhookQueueMutation();
  const [update, change] = useUpdateWebhookQueueMutation();
  const [name, setName] = useState(queue?.name ?? '');
  const [parallelism, setParallelism] = useState<number | undefined>(queue?.parallelism ?? 1);
  const [errors, setErrors] = useState<Record<string, string>>({});

  const save = async () => {
    // An empty number is sent as 0, and the server answers with the allowed range.
    const input = { name: name.trim(), parallelism: parallelism ?? 0 };
    const result = await (queue === undefined ? create(input) : update(input));
    if ('error' in result) {
      setErrors(fieldTexts(result.error));
      return notify.refused(result.error, Object.keys(input));
    }
    notify.success('queue.saved', { name: input.name });
    return onClose();
  };

  return (
    <FormDialog
      title={
        queue === undefined
          ? formatMessage(t('queues.create'))
          : formatMessage(t('queue.edit.title'), { name: queue.name })
      }
      submitLabel={formatMessage(t('action.save'))}
      onSubmit={save}
      onClose={onClose}
      isBusy={creation.isLoading || change.isLoading}
    >
      {queue === undefined && (
        <Field.Root error={errors.name} hint={formatMessage(t('queue.name.hint'))} required>
          <Field.Label>{formatMessage(t('queue.name'))}</Field.Label>
          <TextInput
            value={name}
            autoComplete="off"
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => setName(event.target.value)}
          />
          <Field.Error />
          <Field.Hint />
        </Field.Root>
      )}
      <Field.Root
        error={errors.parallelism}
        hint={formatMessage(t('queue.parallelism.hint'))}
        required
      >
        <Field.Label>{formatMessage(t('queue.parallelism'))}</Field.Label>
        <NumberInput value={parallelism} onValueChange={setParallelism} />
        <Field.Error />
        <Field.Hint />
      </Field.Root>
    </FormDialog>
  );
};
