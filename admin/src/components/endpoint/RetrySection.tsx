import { Grid } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { RETRY_KINDS, retryPolicyOf, type RetryFields } from '../../utils/retryFields';
import { t } from '../../utils/translation';
import { NumberField } from '../form/NumberField';
import { SelectField } from '../form/SelectField';
import { TextField } from '../form/TextField';
import { SectionCard } from '../SectionCard';

import { RetryPreview } from './RetryPreview';

/** The inputs that the chosen kind has. */
const KindFields = ({ kind }: { kind: RetryFields['kind'] }) => {
  switch (kind) {
    case 'none':
      return null;
    case 'list':
      return (
        <TextField
          name="retryPolicy.delaysMs"
          label="retry.delays"
          hint="retry.delays.hint"
          placeholder="5s, 5m, 30m, 2h"
        />
      );
    case 'expression':
      return (
        <>
          <TextField
            name="retryPolicy.expression"
            label="retry.expression"
            hint="retry.expression.hint"
            placeholder="pow(2, retried) * 1000"
          />
          <NumberField name="retryPolicy.maxRetries" label="retry.max" placeholder="5" />
        </>
      );
    case 'standard':
    case 'qstash':
      return (
        <NumberField
          name="retryPolicy.maxRetries"
          label="retry.max"
          hint="retry.max.hint"
          placeholder={kind === 'standard' ? '9' : '3'}
        />
      );
  }
};

/** How often, and how long apart, a failed message is tried again. */
export const RetrySection = () => {
  const { formatMessage } = useIntl();
  const { value: fields } = useField<RetryFields>('retryPolicy');
  const { value: jitterPercent } = useField<number | null>('jitterPercent');
  if (fields === undefined) return null;
  const result = retryPolicyOf(fields);

  return (
    <SectionCard
      title={formatMessage(t('retry.title'))}
      subtitle={formatMessage(t('retry.subtitle'))}
    >
      <Grid.Root gap={6}>
        <Grid.Item col={6} s={12} xs={12} direction="column" alignItems="stretch" gap={5}>
          <SelectField
            name="retryPolicy.kind"
            label="retry.kind"
            options={RETRY_KINDS.map((kind) => ({
              value: kind,
              label: formatMessage(t(`retry.kind.${kind}`)),
            }))}
          />
          <KindFields kind={fields.kind} />
          <NumberField name="jitterPercent" label="retry.jitter" hint="retry.jitter.hint" />
        </Grid.Item>
        <Grid.Item col={6} s={12} xs={12} direction="column" alignItems="stretch">
          {'policy' in result && (
            <RetryPreview policy={result.policy} jitterPercent={jitterPercent ?? 0} />
          )}
        </Grid.Item>
      </Grid.Root>
    </SectionCard>
  );
};
