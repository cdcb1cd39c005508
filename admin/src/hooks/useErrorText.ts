import { useIntl } from 'react-intl';

import {
  errorCode,
  isUnreachable,
  reasonOf,
  reasonsByField,
  statusOf,
  type RequestError,
} from '../utils/apiError';
import { translatedReason } from '../utils/reasons';
import { t } from '../utils/translation';

const FORBIDDEN = 403;

/** Describes errors of the server in the user's language. */
export const useErrorText = () => {
  const { formatMessage } = useIntl();

  const describe = (error: RequestError, reason: string): string => {
    const code = errorCode(error);
    const known = translatedReason(reason);
    const shown = known === undefined ? reason : formatMessage(t(known.key), known.values);
    return code === undefined ? shown : formatMessage(t(`error.${code}`), { reason: shown });
  };

  return {
    /** The error as one text. */
    errorText: (error: RequestError): string => {
      if (isUnreachable(error)) return formatMessage(t('error.unreachable'));
      if (statusOf(error) === FORBIDDEN) return formatMessage(t('error.forbidden'));
      const reason = reasonOf(error);
      return reason === undefined ? formatMessage(t('error.unknown')) : describe(error, reason);
    },
    /** Texts by field path, `retryPolicy.expression`. */
    fieldTexts: (error: RequestError): Record<string, string> =>
      Object.fromEntries(
        Object.entries(reasonsByField(error)).map(([field, reason]) => [
          field,
          describe(error, reason),
        ])
      ),
  };
};
