import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';

import { usePermissions } from '../../hooks/usePermissions';
import { ROOT } from '../../utils/paths';
import { t, type TranslationKey } from '../../utils/translation';

import type { ReactNode } from 'react';

/** Options that are made elsewhere in the panel. */
export interface OptionSource {
  list: 'endpoints' | 'topics';
  /** Says that there are none yet. */
  none: TranslationKey;
}

/**
 * Says that a select has no options, and leads to where one is made.
 *
 * @param from absent: the options are not made in the panel.
 * @returns undefined when there are options.
 */
export const useNoOptions = (options: readonly unknown[], from?: OptionSource): ReactNode => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  // Without the permission to list them, there may be some.
  if (options.length > 0 || from === undefined || !can(`${from.list}.read`)) return undefined;
  return (
    <>
      {formatMessage(t(from.none))}{' '}
      {can(`${from.list}.create`) && (
        <Typography
          tag={Link}
          to={`${ROOT}/${from.list}/new`}
          variant="pi"
          textColor="primary600"
          textDecoration="underline"
        >
          {formatMessage(t(`${from.list}.create`))}
        </Typography>
      )}
    </>
  );
};
