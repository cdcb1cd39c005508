import { useIntl } from 'react-intl';

import { durationParts } from '../utils/duration';

/** Formats durations in the user's language, such as "2 hr 30 min". */
export const useFormatDuration = () => {
  const { formatNumber } = useIntl();
  return (durationMs: number): string =>
    durationParts(durationMs)
      .map(({ value, unit }) => formatNumber(value, { style: 'unit', unit, unitDisplay: 'short' }))
      .join(' ');
};
