import { Button } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { Instant, PlannedInstant } from '../../components/Instant';
import { Notice } from '../../components/Notice';

import type { EndpointDetail } from '../../services/endpoints';

interface EndpointNoticeProps {
  endpoint: EndpointDetail;
  /** Undefined without the right. */
  onResume: (() => void) | undefined;
  /** Tries a suspended endpoint. Undefined without the right. */
  onTry: (() => void) | undefined;
}

type Breaker = NonNullable<EndpointDetail['breaker']>;

const Suspended = ({
  endpoint,
  breaker,
  onTry,
}: Pick<EndpointNoticeProps, 'endpoint' | 'onTry'> & { breaker: Breaker }) => {
  const { formatMessage } = useIntl();
  const { counts, lastError } = endpoint;
  const reason = lastError === null ? '' : ` ${lastError}.`;
  return (
    <Notice
      variant="danger"
      title={formatMessage(t('endpoint.breaker.open'))}
      action={
        onTry && (
          <Button size="S" onClick={onTry}>
            {formatMessage(t('endpoint.try-now'))}
          </Button>
        )
      }
    >
      {formatMessage(t('endpoint.breaker.notice'), {
        when: <Instant key="when" at={breaker.since} />,
        probe: <PlannedInstant key="probe" at={breaker.nextProbeAt} />,
        count: counts.pending,
      })}
      {reason}
    </Notice>
  );
};

/** Why the endpoint receives nothing, and what to do. */
export const EndpointNotice = ({ endpoint, onResume, onTry }: EndpointNoticeProps) => {
  const { formatMessage } = useIntl();
  const { state, stateReason, stateChangedAt, firstFailureAt, lastError, problem, breaker } =
    endpoint;
  const { counts } = endpoint;
  const reason = lastError === null ? '' : ` ${lastError}.`;

  if (state !== 'active') {
    return (
      <Notice
        variant={state === 'paused' ? 'warning' : 'danger'}
        title={formatMessage(t(`endpoint.notice.${state}`))}
        action={
          onResume && (
            <Button size="S" onClick={onResume}>
              {formatMessage(t(state === 'paused' ? 'resume.action' : 'resume.action.enable'))}
            </Button>
          )
        }
      >
        {formatMessage(t('endpoint.notice.held'), {
          reason: stateReason ?? formatMessage(t('endpoint.notice.no-reason')),
          count: counts.pending,
          when: stateChangedAt === null ? '' : <Instant key="when" at={stateChangedAt} />,
        })}
      </Notice>
    );
  }
  if (problem !== null) {
    return (
      <Notice variant="danger" title={formatMessage(t('endpoint.notice.problem'))}>
        {problem}
      </Notice>
    );
  }
  if (breaker !== null) return <Suspended endpoint={endpoint} breaker={breaker} onTry={onTry} />;
  if (firstFailureAt !== null) {
    return (
      <Notice variant="warning" title={formatMessage(t('endpoint.notice.failing'))}>
        {formatMessage(t('endpoint.notice.failing-since'), {
          when: <Instant key="when" at={firstFailureAt} />,
          pending: counts.pending,
          dead: counts.dead,
        })}
        {reason}
      </Notice>
    );
  }
  if (endpoint.topics.length === 0) {
    return (
      <Notice variant="warning" title={formatMessage(t('endpoint.notice.no-topics'))}>
        {formatMessage(t('endpoint.notice.no-topics.body'))}
      </Notice>
    );
  }
  return null;
};
