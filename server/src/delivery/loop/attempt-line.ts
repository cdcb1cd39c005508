/** Renders one log line per attempt with stable keys. Excludes bodies and secrets; the URL is redacted. */
import { failureText } from '../../core/message/failure';
import type { Settled } from '../../core/message/message';

/** @param to the message's next state, or that the lease was lost. */
export function attemptLine({ message, attempt, settlement }: Settled, to: string): string {
  const { outcome, request } = attempt;
  const status = outcome.kind === 'responded' ? outcome.status : '-';
  const line =
    `attempt message=${message.messageId} endpoint=${message.endpointId ?? '-'}` +
    ` number=${attempt.number} outcome=${outcome.kind} status=${status}` +
    ` ms=${attempt.durationMs} to=${to} url=${request.url}`;
  if (settlement.to === 'delivered') return line;
  const failed = `${line} error=${JSON.stringify(failureText(outcome, request.url))}`;
  if (to !== settlement.to) return failed;
  const next = settlement.to === 'pending' ? new Date(settlement.notBefore).toISOString() : '-';
  return `${failed} because=${settlement.because} next=${next}`;
}
