import { Grid, Typography } from '@strapi/design-system';
import { useDebounce, useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { PreviewError } from '../../components/form/PreviewError';
import { usePreviewWebhookCronQuery } from '../../services/schedules';
import { t } from '../../utils/translation';
import { TextField } from '../../components/form/TextField';
import { TimezoneField, UTC } from '../../components/form/TimezoneField';
import { Instant } from '../../components/Instant';

const TYPING_PAUSE_MS = 400;

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
        <TimezoneField name="timezone" />
      </Grid.Item>
      <Grid.Item col={6} xs={12} direction="column" alignItems="stretch" gap={2}>
        <Preview cron={settled} timezone={timezone} />
      </Grid.Item>
    </Grid.Root>
  );
};
