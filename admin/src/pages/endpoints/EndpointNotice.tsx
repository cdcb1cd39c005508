import { Button } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { Instant } from '../../components/Instant';
import { Notice } from '../../components/Notice';

import type { EndpointDetail } from '../../services/endpoints';

interface EndpointNoticeProps {
  endpoint: EndpointDetail;
  /** Undefined without the right. */
  onResume: (() => void) | undefined;
}

/** Why the endpoint receives nothing, and what to do. */
export const EndpointNotice = ({ endpoint, onResume }: EndpointNoticeProps) => {
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
  if (breaker !== null) {
    return (
      <Notice variant="danger" title={formatMessage(t('endpoint.breaker.open'))}>
        {formatMessage(t('endpoint.breaker.notice'), {
          when: <Instant key="when" at={breaker.since} />,
          probe: <Instant key="probe" at={breaker.nextProbeAt} />,
          count: counts.pending,
        })}
        {reason}
      </Notice>
    );
  }
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
  return null;
};
