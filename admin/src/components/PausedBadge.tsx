import { useIntl } from 'react-intl';

import { t } from '../utils/translation';
import { StatusBadge } from './StatusBadge';

/** Whether something that can be held is: in words, not by colour alone. */
export const PausedBadge = ({ paused }: { paused: boolean }) => {
  const { formatMessage } = useIntl();
  return (
    <StatusBadge variant={paused ? 'warning' : 'success'}>
      {formatMessage(t(paused ? 'endpoint.state.paused' : 'endpoint.state.active'))}
    </StatusBadge>
  );
};
