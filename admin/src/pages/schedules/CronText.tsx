import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { cronWords } from './cronWords';
import { t } from '../../utils/translation';

/** A Sunday: weekdays are counted from there, as a cron counts them. */
const SUNDAY = Date.UTC(2023, 0, 1);
const DAY_MS = 86_400_000;

interface CronTextProps {
  cron: string;
  timezone: string | null;
}

/** When something recurs: in words where there are simple ones, and as it was written. */
export const CronText = ({ cron, timezone }: CronTextProps) => {
  const { formatMessage, formatDate } = useIntl();
  const words = cronWords(cron);
  const zone = timezone ?? 'UTC';

  if (words === null) {
    return (
      <Typography>
        {cron} · {zone}
      </Typography>
    );
  }
  const { key, ...values } = words;
  const weekday =
    'weekday' in values
      ? formatDate(SUNDAY + values.weekday * DAY_MS, { weekday: 'long', timeZone: 'UTC' })
      : undefined;
  return (
    <>
      <Typography tag="p">{formatMessage(t(key), { ...values, weekday })}</Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {cron} · {zone}
      </Typography>
    </>
  );
};
