import { useIntl } from 'react-intl';

import { useNow } from '../hooks/useNow';
import { relativeParts } from '../utils/duration';

interface InstantProps {
  /** Epoch milliseconds. */
  at: number;
}

/** Relative time, "5 minutes ago". The exact time in the user's time zone is shown on hover. */
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

/** A planned time. "Now" when it has passed and what was planned is about to happen. */
export const PlannedInstant = ({ at }: InstantProps) => <Instant at={Math.max(at, useNow())} />;
