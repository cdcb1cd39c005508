import { useIntl } from 'react-intl';

import { t } from '../utils/translation';
import { StatusBadge } from './StatusBadge';

import type { EndpointState } from '../../../server/src/panel/contract';

const VARIANTS = { active: 'success', paused: 'warning', disabled: 'danger' } as const;

export const EndpointStateBadge = ({ state }: { state: EndpointState }) => {
  const { formatMessage } = useIntl();
  return (
    <StatusBadge variant={VARIANTS[state]}>
      {formatMessage(t(`endpoint.state.${state}`))}
    </StatusBadge>
  );
};
