import { Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { diagnose, failureOf } from '../../components/doctor/diagnose';
import { EndpointBadge } from '../../components/EndpointBadge';
import { Instant, PlannedInstant } from '../../components/Instant';

import type { EndpointView } from '../../../../server/src/panel/contract';

/** State of an endpoint, with the reason and what happens next. */
export const EndpointCondition = ({ endpoint }: { endpoint: EndpointView }) => (
  <Flex direction="column" alignItems="flex-start" gap={1} maxWidth="24rem">
    <EndpointBadge endpoint={endpoint} />
    <Typography variant="pi" textColor="neutral600">
      <Reason endpoint={endpoint} />
    </Typography>
  </Flex>
);

const Reason = ({ endpoint }: { endpoint: EndpointView }) => {
  const { formatMessage } = useIntl();
  const { state, stateReason, firstFailureAt, problem, breaker } = endpoint;
  const failure = failureOf(endpoint);
  const reason =
    failure === null ? '' : ` ${formatMessage(t(`doctor.${diagnose(failure).cause}`))}`;

  if (state !== 'active') return <>{stateReason}</>;
  if (problem !== null) return <>{problem}</>;
  if (breaker !== null) {
    return (
      <>
        {formatMessage(t('endpoint.breaker.since'), {
          when: <Instant key="when" at={breaker.since} />,
          probe: <PlannedInstant key="probe" at={breaker.nextProbeAt} />,
        })}
        {reason}
      </>
    );
  }
  if (firstFailureAt === null) return null;
  return (
    <>
      {formatMessage(t('endpoint.failing.since'), {
        when: <Instant key="when" at={firstFailureAt} />,
      })}
      {reason}
    </>
  );
};
