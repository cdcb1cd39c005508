import { useNotification } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { useHref } from 'react-router-dom';

import { reasonsByField, type RequestError } from '../utils/apiError';
import { t, type TranslationKey } from '../utils/translation';

import { useErrorText } from './useErrorText';
import { usePermissions } from './usePermissions';

type Values = Record<string, string | number>;

/** Notifies about the result of a mutation. */
export const useNotify = () => {
  const { formatMessage } = useIntl();
  const { toggleNotification } = useNotification();
  const { errorText } = useErrorText();
  const can = usePermissions();
  const admin = useHref('/').replace(/\/$/, '');

  const warn = (message: string) => toggleNotification({ type: 'danger', message });
  /** @param messages path of the messages that came of it. */
  const sayAs =
    (type: 'success' | 'warning') =>
    (key: TranslationKey, values?: Values, messages?: string): void => {
      const isLinked = messages !== undefined && can('messages.read');
      toggleNotification({
        type,
        message: formatMessage(t(key), values),
        ...(isLinked && {
          link: { label: formatMessage(t('action.view')), url: admin + messages },
        }),
      });
    };
  const success = sayAs('success');
  const failure = (error: RequestError) => warn(errorText(error));
  const failed = (key: TranslationKey) => warn(formatMessage(t(key)));

  return {
    success,
    warning: sayAs('warning'),
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
    settled: (
      result: { error: RequestError } | object,
      ...said: Parameters<typeof success>
    ): boolean => {
      if ('error' in result) failure(result.error);
      else success(...said);
      return !('error' in result);
    },
  };
};
