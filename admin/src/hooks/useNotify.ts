import { useNotification } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { errorSentence, type RequestError } from '../utils/apiError';
import { t, type TranslationKey } from '../utils/translation';

type Values = Record<string, string | number>;

/** Says what became of a mutation. The one place that words a failure. */
export const useNotify = () => {
  const { formatMessage } = useIntl();
  const { toggleNotification } = useNotification();

  return {
    success: (key: TranslationKey, values?: Values) =>
      toggleNotification({ type: 'success', message: formatMessage(t(key), values) }),
    failure: (error: RequestError) =>
      toggleNotification({
        type: 'danger',
        message: errorSentence(error) ?? formatMessage(t('error.unknown')),
      }),
  };
};
