import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { StatusBadge } from '../StatusBadge';
import { isSuccess } from './attemptFailure';

import type { OutcomeKind } from '../../../../server/src/panel/contract';

interface OutcomeBadgeProps {
  outcome: OutcomeKind;
  status: number | null;
}

/** HTTP status of an attempt, or why there is none. */
export const OutcomeBadge = ({ outcome, status }: OutcomeBadgeProps) => {
  const { formatMessage } = useIntl();
  if (status !== null) {
    return (
      <StatusBadge variant={isSuccess(status) ? 'success' : 'danger'}>{String(status)}</StatusBadge>
    );
  }
  return <StatusBadge variant="danger">{formatMessage(t(`outcome.${outcome}`))}</StatusBadge>;
};
