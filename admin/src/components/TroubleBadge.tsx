import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import { EndpointStateBadge } from './EndpointStateBadge';
import { StatusBadge } from './StatusBadge';

import type { EndpointState } from '../../../server/src/panel/contract';

/** What is wrong with an endpoint: one that fails is still active, and the badge does not say "active". */
export const TroubleBadge = ({ state }: { state: EndpointState }) => {
  const { formatMessage } = useIntl();
  if (state !== 'active') return <EndpointStateBadge state={state} />;
  return <StatusBadge variant="warning">{formatMessage(t('endpoint.failing'))}</StatusBadge>;
};
