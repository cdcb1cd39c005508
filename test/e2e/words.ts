/** The panel's English by key, formatted as the panel formats it: a changed wording changes no test. */
import { createIntl } from 'react-intl';

import words from '../../admin/src/translations/en.json';

export type Key = keyof typeof words;

const intl = createIntl({
  locale: 'en',
  messages: words,
  onError: (error) => {
    throw error;
  },
});

/** A count is also given as the panel writes it. */
export const word = (key: Key, values: Record<string, string | number> = {}): string => {
  const shown = typeof values.count === 'number' && { shown: intl.formatNumber(values.count) };
  return intl.formatMessage({ id: key }, { ...shown, ...values });
};
