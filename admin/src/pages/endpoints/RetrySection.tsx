import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { NumberField } from '../../components/form/NumberField';
import { TextField } from '../../components/form/TextField';
import { RetryFields } from '../../components/form/RetryFields';
import { SectionCard } from '../../components/SectionCard';

/** Retry policy of the endpoint. */
export const RetrySection = () => {
  const { formatMessage } = useIntl();
  const { value: jitterPercent } = useField<number | null>('jitterPercent');

  return (
    <SectionCard
      title={formatMessage(t('retry.title'))}
      subtitle={formatMessage(t('retry.subtitle'))}
    >
      <RetryFields name="retryPolicy" jitterPercent={jitterPercent ?? 0}>
        <NumberField name="jitterPercent" label="retry.jitter" hint="retry.jitter.hint" />
        <TextField
          name="finalStatuses"
          label="retry.final"
          hint="retry.final.hint"
          placeholder="400, 404, 422"
        />
      </RetryFields>
    </SectionCard>
  );
};
