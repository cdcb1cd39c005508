import { Typography } from '@strapi/design-system';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';

import { cronWords } from './cronWords';

interface CronTextProps {
  cron: string;
  timezone: string | null;
}

/** A cron expression in words, and as it was written. */
export const CronText = ({ cron, timezone }: CronTextProps) => {
  const { locale } = useIntl();
  const [words, setWords] = useState<string | null>(null);
  const written = `${cron} · ${timezone ?? 'UTC'}`;

  useEffect(() => {
    let isCurrent = true;
    cronWords(cron, locale)
      .then((found) => isCurrent && setWords(found))
      // Without the words of the language, the expression is shown as it was written.
      .catch(() => isCurrent && setWords(null));
    return () => {
      isCurrent = false;
    };
  }, [cron, locale]);

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
