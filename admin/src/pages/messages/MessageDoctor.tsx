import { Button, Flex, Typography } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { FailureDoctor } from '../../components/doctor/FailureDoctor';
import { isSuccess } from '../../components/messages/attemptFailure';
import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useNotify } from '../../hooks/useNotify';
import { useActOnWebhookMessageMutation } from '../../services/messages';
import { t } from '../../utils/translation';

import { possibleFor } from './MessageActions';

import type { Can } from '../../hooks/usePermissions';
import type { MessageDetail } from '../../../../server/src/panel/contract';

const Result = ({ message }: { message: MessageDetail }) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const { lastOutcome, lastStatus, lastDurationMs } = message;
  if (isSuccess(lastStatus)) {
    const duration = formatDuration(lastDurationMs ?? 0);
    return (
      <Typography fontWeight="bold" textColor="success700">
        {formatMessage(t('message.outcome.delivered'), { duration })}
      </Typography>
    );
  }
  const outcome = lastOutcome === null ? '' : formatMessage(t(`outcome.${lastOutcome}`));
  return (
    <Typography textColor="danger700">
      {formatMessage(t('message.outcome.failed'), { reason: String(lastStatus ?? outcome) })}
    </Typography>
  );
};

interface MessageDoctorProps {
  message: MessageDetail;
  can: Can;
}

/** Makes an attempt, and tells when it has a result. */
const useAttempt = (message: MessageDetail) => {
  const notify = useNotify();
  const [act] = useActOnWebhookMessageMutation();
  const [triedAfter, setTriedAfter] = useState<number | null>(null);
  const { messageId, attempts, held } = message;
  const hasResult = triedAfter !== null && attempts > triedAfter;
  const action = possibleFor(message).find((one) => one !== 'cancel');

  const tryNow = async () => {
    if (action === undefined) return;
    setTriedAfter(attempts);
    const result = await act({ messageId, action });
    if (!('error' in result)) return;
    setTriedAfter(null);
    notify.failure(result.error);
  };
  const isSending = triedAfter !== null && !hasResult && !held;
  return { canTry: action !== undefined || isSending, isSending, hasResult, tryNow };
};

/** Why the last attempt failed. After the remedy, the message is tried from here, with the result in place. */
export const MessageDoctor = ({ message, can }: MessageDoctorProps) => {
  const { formatMessage } = useIntl();
  const { canTry, isSending, hasResult, tryNow } = useAttempt(message);
  const { lastOutcome, lastStatus, lastError } = message;
  const hasFailed = !isSuccess(lastStatus);

  if (lastOutcome === null || !(hasFailed || hasResult)) return null;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      {hasFailed && (
        <FailureDoctor
          failure={{ outcome: lastOutcome, status: lastStatus, error: lastError }}
          endpointId={message.endpointDeleted ? null : message.endpointId}
        >
          {canTry && can('messages.replay') && (
            <div>
              <Button
                size="S"
                variant="secondary"
                startIcon={<PaperPlane />}
                loading={isSending}
                onClick={() => void tryNow()}
              >
                {formatMessage(t('doctor.try'))}
              </Button>
            </div>
          )}
        </FailureDoctor>
      )}
      <div role="status">{hasResult && <Result message={message} />}</div>
    </Flex>
  );
};
