import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { cronWords } from './cronWords';

interface CronTextProps {
  cron: string;
  timezone: string | null;
}

/** A cron expression in words, and as it was written. */
export const CronText = ({ cron, timezone }: CronTextProps) => {
  const { locale } = useIntl();
  const words = cronWords(cron, locale);
  const written = `${cron} · ${timezone ?? 'UTC'}`;

  if (words === null) return <Typography>{written}</Typography>;
  return (
    <>
      <Typography tag="p">{words}</Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {written}
      </Typography>
    </>
  );
};
