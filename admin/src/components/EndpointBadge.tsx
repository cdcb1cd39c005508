import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import { EndpointStateBadge } from './EndpointStateBadge';
import { StatusBadge } from './StatusBadge';

import type { EndpointView } from '../../../server/src/panel/contract';

type Condition = Pick<EndpointView, 'state' | 'problem' | 'breaker' | 'firstFailureAt'>;

/** Condition of an endpoint in a word. One that is suspended or failing is still active. */
export const EndpointBadge = ({ endpoint }: { endpoint: Condition }) => {
  const { formatMessage } = useIntl();
  const { state, problem, breaker, firstFailureAt } = endpoint;
  if (state === 'active' && problem === null && breaker !== null) {
    return <StatusBadge variant="danger">{formatMessage(t('endpoint.breaker.open'))}</StatusBadge>;
  }
  if (state === 'active' && (problem !== null || firstFailureAt !== null)) {
    return <StatusBadge variant="warning">{formatMessage(t('endpoint.failing'))}</StatusBadge>;
  }
  return <EndpointStateBadge state={state} />;
};
