import { useNotification } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { reasonsByField, type RequestError } from '../utils/apiError';
import { t, type TranslationKey } from '../utils/translation';

import { useErrorText } from './useErrorText';

type Values = Record<string, string | number>;

/** Notifies about the result of a mutation. */
export const useNotify = () => {
  const { formatMessage } = useIntl();
  const { toggleNotification } = useNotification();
  const { errorText } = useErrorText();

  const warn = (message: string) => toggleNotification({ type: 'danger', message });
  const success = (key: TranslationKey, values?: Values) =>
    toggleNotification({ type: 'success', message: formatMessage(t(key), values) });
  const failure = (error: RequestError) => warn(errorText(error));
  const failed = (key: TranslationKey) => warn(formatMessage(t(key)));

  const warning = (key: TranslationKey, values?: Values) =>
    toggleNotification({ type: 'warning', message: formatMessage(t(key), values) });

  return {
    success,
    warning,
    failure,
    failed,
    /**
     * Notifies about an error of a form. What the form shows at its fields is not repeated.
     *
     * @param fields names of the form's fields.
     */
    refused: (error: RequestError, fields: readonly string[]) => {
      const paths = Object.keys(reasonsByField(error));
      const isShown = (path: string) => fields.includes(path.split('.')[0] ?? '');
      if (paths.length > 0 && paths.every(isShown)) warn(formatMessage(t('error.fields')));
      else failure(error);
    },
    /** Notifies about the result of a mutation without a form. @returns whether it succeeded. */
    settled: (result: { error: RequestError } | object, key: TranslationKey, values?: Values) => {
      if ('error' in result) failure(result.error);
      else success(key, values);
      return !('error' in result);
    },
  };
};
