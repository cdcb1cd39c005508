import { Combobox, ComboboxOption, Grid, Typography } from '@strapi/design-system';
import { useDebounce, useField } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { PreviewError } from '../../components/form/PreviewError';
import { usePreviewWebhookCronQuery } from '../../services/schedules';
import { t } from '../../utils/translation';
import { FormField } from '../../components/form/FormField';
import { TextField } from '../../components/form/TextField';
import { Instant } from '../../components/Instant';

const TYPING_PAUSE_MS = 400;
const UTC = 'UTC';
const ZONES: readonly string[] = [UTC, ...Intl.supportedValuesOf('timeZone')];

const TimezoneField = () => {
  const { formatMessage } = useIntl();
  const { value = UTC, onChange } = useField<string>('timezone');
  const zones = ZONES.includes(value) ? ZONES : [value, ...ZONES];
  const [typed, setTyped] = useState(value);

  return (
    <FormField name="timezone" label="schedule.timezone">
      <Combobox
        value={value}
        textValue={typed}
        onTextValueChange={(text) => setTyped(text ?? '')}
        onChange={(zone) => onChange('timezone', zone ?? UTC)}
        clearLabel={formatMessage(t('schedule.timezone.clear'))}
        onClear={() => {
          setTyped(UTC);
          onChange('timezone', UTC);
        }}
        noOptionsMessage={() => formatMessage(t('schedule.timezone.none'))}
      >
        {zones.map((zone) => (
          <ComboboxOption key={zone} value={zone}>
            {zone}
          </ComboboxOption>
        ))}
      </Combobox>
    </FormField>
  );
};

/** Next runs, computed by the server. */
const Preview = ({ cron, timezone }: { cron: string; timezone: string }) => {
  const { formatMessage, formatDate } = useIntl();
  const { currentData, error } = usePreviewWebhookCronQuery(
    { cron, timezone },
    { skip: cron === '' }
  );

  if (error) return <PreviewError error={error} />;
  if (!currentData) return null;
  if (currentData.runs.length === 0) {
    return <Typography textColor="danger600">{formatMessage(t('schedule.never'))}</Typography>;
  }
  return (
    <>
      <Typography variant="pi" fontWeight="bold" tag="h3">
        {formatMessage(t('schedule.preview'))}
      </Typography>
      <ol>
        {currentData.runs.map((run) => (
          <li key={run}>
            <Typography variant="pi" textColor="neutral600">
              {formatDate(run, { dateStyle: 'full', timeStyle: 'short', timeZone: timezone })} ·{' '}
              <Instant at={run} />
            </Typography>
          </li>
        ))}
      </ol>
    </>
  );
};

/** Cron expression and time zone, with a preview of the next runs. */
export const CronFields = () => {
  const { value: cron = '' } = useField<string>('cron');
  const { value: timezone = UTC } = useField<string>('timezone');
  const settled = useDebounce(cron.trim(), TYPING_PAUSE_MS);

  return (
    <Grid.Root gap={5}>
      <Grid.Item col={6} xs={12} direction="column" alignItems="stretch" gap={5}>
        <TextField
          name="cron"
          label="schedule.cron"
          hint="schedule.cron.hint"
          placeholder="0 9 * * 1"
          required
        />
        <TimezoneField />
      </Grid.Item>
      <Grid.Item col={6} xs={12} direction="column" alignItems="stretch" gap={2}>
        <Preview cron={settled} timezone={timezone} />
      </Grid.Item>
    </Grid.Root>
  );
};
