import { Grid } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { SelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { TimezoneField } from '../../components/form/TimezoneField';
import { ToggleField } from '../../components/form/ToggleField';
import { t } from '../../utils/translation';

import { WHENS, type ReconcileFields } from './reconcileFields';

const SIX = { col: 6, xs: 12, alignItems: 'stretch' } as const;

/** Whether what the receiver acknowledges is remembered, and when it is compared with the content. */
export const LedgerFields = () => {
  const { formatMessage } = useIntl();
  const { value: isKept } = useField<boolean>('ledger');
  const { value: when } = useField<ReconcileFields['when']>('reconcile.when');
  const isPlanned = isKept === true && when !== 'never';

  return (
    <Grid.Root gap={5}>
      <Grid.Item col={12} alignItems="stretch">
        <ToggleField name="ledger" label="ledger.keep" hint="ledger.keep.hint" />
      </Grid.Item>
      {isKept === true && (
        <Grid.Item {...SIX}>
          <SelectField
            name="reconcile.when"
            label="ledger.when"
            options={WHENS.map((value) => ({
              value,
              label: formatMessage(t(`ledger.when.${value}`)),
            }))}
          />
        </Grid.Item>
      )}
      {isPlanned && (
        <>
          <Grid.Item {...SIX}>
            <TimezoneField name="reconcile.timezone" />
          </Grid.Item>
          {when === 'cron' && (
            <Grid.Item col={12} alignItems="stretch">
              <TextField
                name="reconcile.cron"
                label="schedule.cron"
                hint="schedule.cron.hint"
                required
              />
            </Grid.Item>
          )}
          <Grid.Item {...SIX}>
            <SelectField
              name="reconcile.look"
              label="ledger.look"
              options={(['fast', 'exact'] as const).map((value) => ({
                value,
                label: formatMessage(t(`ledger.look.${value}`)),
              }))}
            />
          </Grid.Item>
          <Grid.Item {...SIX}>
            <SelectField
              name="reconcile.then"
              label="ledger.then"
              options={(['list', 'send'] as const).map((value) => ({
                value,
                label: formatMessage(t(`ledger.then.${value}`)),
              }))}
            />
          </Grid.Item>
        </>
      )}
    </Grid.Root>
  );
};
