import { useIntl } from 'react-intl';

import type { Statistics } from '../../../../server/src/panel/contract';

/**
 * Formats a step of the statistics in the user's time zone: short for the axis, or as an exact
 * range.
 */
export const useStepTime = ({ range, stepMs }: Pick<Statistics, 'range' | 'stepMs'>) => {
  const { formatDate, formatTime, formatDateTimeRange } = useIntl();

  return {
    label: (at: number): string =>
      range === 'week'
        ? formatDate(at, { weekday: 'short', day: 'numeric' })
        : formatTime(at, { hour: 'numeric', minute: '2-digit' }),
    span: (at: number): string =>
      formatDateTimeRange(at, at + stepMs, { dateStyle: 'medium', timeStyle: 'short' }),
  };
};
