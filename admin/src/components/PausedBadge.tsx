import { useIntl } from 'react-intl';

import { t } from '../utils/translation';
import { StatusBadge } from './StatusBadge';

/** Shows whether an item is paused, in words and by colour. */
export const PausedBadge = ({ paused }: { paused: boolean }) => {
  const { formatMessage } = useIntl();
  return (
    <StatusBadge variant={paused ? 'warning' : 'success'}>
      {formatMessage(t(paused ? 'endpoint.state.paused' : 'endpoint.state.active'))}
    </StatusBadge>
  );
};
