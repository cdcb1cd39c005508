import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import { EndpointStateBadge } from './EndpointStateBadge';
import { StatusBadge } from './StatusBadge';

import type { EndpointState } from '../../../server/src/panel/contract';

/**
 * Badge of an endpoint with problems. A failing endpoint is still active, so its state alone would
 * mislead.
 */
export const TroubleBadge = ({ state }: { state: EndpointState }) => {
  const { formatMessage } = useIntl();
  if (state !== 'active') return <EndpointStateBadge state={state} />;
  return <StatusBadge variant="warning">{formatMessage(t('endpoint.failing'))}</StatusBadge>;
};
