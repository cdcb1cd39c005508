import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { diagnose, failureOf } from '../../components/doctor/diagnose';
import { EndpointStateBadge } from '../../components/EndpointStateBadge';
import { Instant, PlannedInstant } from '../../components/Instant';
import { StatusBadge } from '../../components/StatusBadge';

import type { ReactNode } from 'react';
import type { EndpointView } from '../../../../server/src/panel/contract';

const Because = ({ badge, children }: { badge: ReactNode; children: ReactNode }) => (
  <Flex direction="column" alignItems="flex-start" gap={1} maxWidth="24rem">
    {badge}
    <Typography variant="pi" textColor="neutral600">
      {children}
    </Typography>
  </Flex>
);

/** State of an endpoint, with the reason and what happens next. */
export const EndpointCondition = ({ endpoint }: { endpoint: EndpointView }) => {
  const { formatMessage } = useIntl();
  const { state, stateReason, firstFailureAt, problem, breaker } = endpoint;
  const failure = failureOf(endpoint);
  const reason =
    failure === null ? '' : ` ${formatMessage(t(`doctor.${diagnose(failure).cause}`))}`;
  const failing = (
    <StatusBadge variant="warning">{formatMessage(t('endpoint.failing'))}</StatusBadge>
  );

  if (state !== 'active') {
    const badge = <EndpointStateBadge state={state} />;
    return stateReason === null ? badge : <Because badge={badge}>{stateReason}</Because>;
  }
  if (problem !== null) return <Because badge={failing}>{problem}</Because>;
  if (breaker !== null) {
    return (
      <Because
        badge={
          <StatusBadge variant="danger">{formatMessage(t('endpoint.breaker.open'))}</StatusBadge>
        }
      >
        {formatMessage(t('endpoint.breaker.since'), {
          when: <Instant key="when" at={breaker.since} />,
          probe: <PlannedInstant key="probe" at={breaker.nextProbeAt} />,
        })}
        {reason}
      </Because>
    );
  }
  if (firstFailureAt !== null) {
    return (
      <Because badge={failing}>
        {formatMessage(t('endpoint.failing.since'), {
          when: <Instant key="when" at={firstFailureAt} />,
        })}
        {reason}
      </Because>
    );
  }
  return <EndpointStateBadge state={state} />;
};
