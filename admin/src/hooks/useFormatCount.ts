import { useIntl } from 'react-intl';

/** The server counts messages up to here. */
const COUNTED_UP_TO = 10_000;

/** Formats a count that stops at a bound, such as "10,000+". */
export const useFormatCount = () => {
  const { formatNumber } = useIntl();
  return (count: number, upTo = COUNTED_UP_TO): string =>
    count >= upTo ? `${formatNumber(count)}+` : formatNumber(count);
};
