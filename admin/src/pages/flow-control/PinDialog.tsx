import { Field, NumberInput, TextInput, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useErrorText } from '../../hooks/useErrorText';
import { useNotify } from '../../hooks/useNotify';
import { usePinWebhookFlowKeyMutation } from '../../services/limits';
import { t, type TranslationKey } from '../../utils/translation';
import { FormDialog } from '../../components/FormDialog';

import type { FlowKeyView } from '../../../../server/src/panel/contract';
import { SECOND_MS } from '../../utils/time';

const FIELDS = ['key', 'rate', 'periodMs', 'parallelism'];

interface PinDialogProps {
  /** Undefined for a new key. */
  flowKey: FlowKeyView | undefined;
  onClose: () => void;
}

interface LimitFieldProps {
  label: TranslationKey;
  hint: TranslationKey;
  error: string | undefined;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

const LimitField = ({ label, hint, error, value, onChange }: LimitFieldProps) => {
  const { formatMessage } = useIntl();
  return (
    <Field.Root error={error} hint={formatMessage(t(hint))}>
      <Field.Label>{formatMessage(t(label))}</Field.Label>
      <NumberInput value={value} onValueChange={onChange} />
      <Field.Error />
      <Field.Hint />
    </Field.Root>
  );
};

/** Pins limits, which override those of the messages. An empty field keeps its current value. */
export const PinDialog = ({ flowKey, onClose }: PinDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { fieldTexts } = useErrorText();
  const [pin, { isLoading }] = usePinWebhookFlowKeyMutation();
  const [key, setKey] = useState(flowKey?.key ?? '');
  const [rate, setRate] = useState(flowKey?.rate ?? undefined);
  const [parallelism, setParallelism] = useState(flowKey?.parallelism ?? undefined);
  const [periodS, setPeriodS] = useState<number | undefined>(
    (flowKey?.periodMs ?? SECOND_MS) / SECOND_MS
  );
  const [errors, setErrors] = useState<Record<string, string>>({});

  const save = async () => {
    const result = await pin({
      key,
      ...(rate !== undefined && { rate }),
      ...(parallelism !== undefined && { parallelism }),
      ...(periodS !== undefined && { periodMs: Math.round(periodS * SECOND_MS) }),
    });
    if ('error' in result) {
      setErrors(fieldTexts(result.error));
      return notify.refused(result.error, FIELDS);
    }
    notify.success('flow.done.pin', { name: key });
    return onClose();
  };

  return (
    <FormDialog
      title={
        flowKey === undefined
          ? formatMessage(t('flow.create'))
          : formatMessage(t('flow.pin.title'), { name: flowKey.key })
      }
      submitLabel={formatMessage(t('flow.pin.confirm'))}
      onSubmit={save}
      onClose={onClose}
      isBusy={isLoading}
    >
      <Typography>{formatMessage(t('flow.pin.body'))}</Typography>
      {flowKey === undefined && (
        <Field.Root error={errors.key} hint={formatMessage(t('flow.key.hint'))} required>
          <Field.Label>{formatMessage(t('flow.key'))}</Field.Label>
          <TextInput
            value={key}
            autoComplete="off"
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => setKey(event.target.value)}
          />
          <Field.Error />
          <Field.Hint />
        </Field.Root>
      )}
      <LimitField
        label="flow.rate"
        hint="flow.rate.hint"
        error={errors.rate}
        value={rate}
        onChange={setRate}
      />
      <LimitField
        label="flow.period"
        hint="flow.period.hint"
        error={errors.periodMs}
        value={periodS}
        onChange={setPeriodS}
      />
      <LimitField
        label="flow.parallelism"
        hint="flow.parallelism.hint"
        error={errors.parallelism}
        value={parallelism}
        onChange={setParallelism}
      />
    </FormDialog>
  );
};
