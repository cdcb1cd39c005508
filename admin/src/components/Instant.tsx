import { useIntl } from 'react-intl';

import { useNow } from '../hooks/useNow';
import { relativeParts } from '../utils/duration';

interface InstantProps {
  /** Epoch milliseconds. */
  at: number;
}

/** An instant in words, "5 minutes ago", with the exact one, in the viewer's zone, on hover. */
export const Instant = ({ at }: InstantProps) => {
  const { formatDate, formatRelativeTime } = useIntl();
  const nowMs = useNow();
  const { value, unit } = relativeParts(at - nowMs);
  const exact = formatDate(at, { dateStyle: 'full', timeStyle: 'long' });

  return (
    <time dateTime={new Date(at).toISOString()} title={exact}>
      {formatRelativeTime(value, unit, { numeric: 'auto' })}
    </time>
  );
};
