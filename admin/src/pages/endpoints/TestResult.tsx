import { Flex, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useFormatDuration } from '../../hooks/useFormatDuration';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { FailureDoctor } from '../../components/doctor/FailureDoctor';
import { AttemptDetails } from '../../components/messages/AttemptDetails';
import { OutcomeBadge } from '../../components/messages/OutcomeBadge';

import type { TestSendResult } from '../../../../server/src/panel/contract';

/** The attempt of a test message. */
export const TestResult = ({
  result,
  endpointId,
}: {
  result: TestSendResult;
  endpointId: number;
}) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const { attempt, messageId } = result;
  const { status } = attempt;
  const isDelivered = status !== null && status >= 200 && status < 300;

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Flex gap={3} wrap="wrap">
        {isDelivered && (
          <Typography fontWeight="bold" textColor="success700" role="status">
            {formatMessage(t('message.state.delivered'))}
          </Typography>
        )}
        <OutcomeBadge outcome={attempt.outcome} status={attempt.status} />
        <Typography>
          {formatMessage(t('test.took'), { duration: formatDuration(attempt.durationMs) })}
        </Typography>
        <Link tag={NavLink} to={messagePath(messageId)}>
          {formatMessage(t('test.open'))}
        </Link>
      </Flex>
      {!isDelivered && <FailureDoctor failure={attempt} endpointId={endpointId} />}
      <AttemptDetails attempt={attempt} />
    </Flex>
  );
};
