import { Badge } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import type { OutcomeKind } from '../../../../server/src/contract';

interface OutcomeBadgeProps {
  outcome: OutcomeKind;
  status: number | null;
}

const isSuccess = (status: number) => status >= 200 && status < 300;

/** What an attempt came to: the receiver's status, or why there is none. */
export const OutcomeBadge = ({ outcome, status }: OutcomeBadgeProps) => {
  const { formatMessage } = useIntl();
  if (status !== null) {
    return <Badge variant={isSuccess(status) ? 'success' : 'danger'}>{String(status)}</Badge>;
  }
  return <Badge variant="danger">{formatMessage(t(`outcome.${outcome}`))}</Badge>;
};
