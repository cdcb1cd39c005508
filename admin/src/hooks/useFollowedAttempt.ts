import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';
import { useFormatDuration } from './useFormatDuration';
import { useNotify } from './useNotify';

import type { MessageView } from '../../../server/src/panel/contract';

/**
 * Notifies about the outcome of the attempt that the user asked for, once it is made.
 *
 * @param page of the message, unless the user is there.
 * @returns a function to call when the user asks for an attempt.
 */
export const useFollowedAttempt = (
  message: MessageView | undefined,
  page?: string
): (() => void) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const notify = useNotify();
  const [attemptsBefore, setAttemptsBefore] = useState<number | null>(null);
  const attempts = message?.attempts ?? 0;

  useEffect(() => {
    if (attemptsBefore === null || message === undefined || attempts <= attemptsBefore) return;
    setAttemptsBefore(null);
    const { lastOutcome, lastStatus, lastDurationMs } = message;
    if (message.state === 'delivered') {
      const duration = formatDuration(lastDurationMs ?? 0);
      notify.success('message.outcome.delivered', { duration }, page);
    } else if (lastOutcome !== null) {
      const reason = lastStatus ?? formatMessage(t(`outcome.${lastOutcome}`));
      notify.warning('message.outcome.failed', { reason: String(reason) }, page);
    }
  }, [attempts, attemptsBefore, message, page, notify, formatDuration, formatMessage]);

  return () => setAttemptsBefore(attempts);
};
