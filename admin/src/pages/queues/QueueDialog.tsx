import { Field, NumberInput, TextInput } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import {
  useCreateWebhookQueueMutation,
  useUpdateWebhookQueueMutation,
} from '../../services/limits';
import { fieldErrors } from '../../utils/apiError';
import { t } from '../../utils/translation';
import { FormDialog } from '../../components/FormDialog';

import type { QueueView } from '../../../../server/src/panel/contract';

interface QueueDialogProps {
  /** Undefined: a new one. */
  queue: QueueView | undefined;
  onClose: () => void;
}

/** Makes a queue, or says how many of its messages go out at once. */
export const QueueDialog = ({ queue, onClose }: QueueDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [create, creation] = useCreateWebhookQueueMutation();
  const [update, change] = useUpdateWebhookQueueMutation();
  const [name, setName] = useState(queue?.name ?? '');
  const [parallelism, setParallelism] = useState<number | undefined>(queue?.parallelism ?? 1);
  const [errors, setErrors] = useState<Record<string, string>>({});

  const save = async () => {
    // An emptied number is sent as 0: the server says what it must be.
    const input = { name: name.trim(), parallelism: parallelism ?? 0 };
    const result = await (queue === undefined ? create(input) : update(input));
    if ('error' in result) setErrors(fieldErrors(result.error));
    if (notify.settled(result, 'queue.saved', { name: input.name })) onClose();
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
