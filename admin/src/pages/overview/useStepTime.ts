import { useIntl } from 'react-intl';

import type { Statistics } from '../../../../server/src/panel/contract';

/** A step of the statistics in the viewer's zone: shortly, under the axis, and exactly, from when to when. */
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
