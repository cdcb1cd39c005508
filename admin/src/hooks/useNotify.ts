import { useNotification } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { errorSentence, isUnreachable, type RequestError } from '../utils/apiError';
import { t, type TranslationKey } from '../utils/translation';

type Values = Record<string, string | number>;

/** Says what became of a mutation. The one place that words a failure. */
export const useNotify = () => {
  const { formatMessage } = useIntl();
  const { toggleNotification } = useNotification();

  const failure = (error: RequestError) =>
    toggleNotification({
      type: 'danger',
      message: isUnreachable(error)
        ? formatMessage(t('error.unreachable'))
        : (errorSentence(error) ?? formatMessage(t('error.unknown'))),
    });

  return {
    success: (key: TranslationKey, values?: Values) =>
      toggleNotification({ type: 'success', message: formatMessage(t(key), values) }),
    failure,
    /** Of a mutation that has no form: says which of the two it was. @returns whether it was done. */
    settled: (result: { error: RequestError } | object, key: TranslationKey, values?: Values) => {
      if ('error' in result) failure(result.error);
      else toggleNotification({ type: 'success', message: formatMessage(t(key), values) });
      return !('error' in result);
    },
  };
};
