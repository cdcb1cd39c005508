/**
 * One log line per attempt, in stable keys: no body, no secret, the URL as it was recorded (redacted).
 */
import type { Settled } from '../../core/message/message';

/** @param to where the message went, or that the lease was lost. */
export function attemptLine({ message, attempt }: Settled, to: string): string {
  const { outcome, request } = attempt;
  const status = outcome.kind === 'responded' ? outcome.status : '-';
  const line =
    `attempt message=${message.messageId} endpoint=${message.endpointId ?? '-'}` +
    ` number=${attempt.number} outcome=${outcome.kind} status=${status}` +
    ` ms=${attempt.durationMs} to=${to} url=${request.url}`;
  return outcome.kind === 'responded' ? line : `${line} error=${JSON.stringify(outcome.error)}`;
}
