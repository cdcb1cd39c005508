/** Converts messages and attempts to what is shown of them. */
import { BATCH_LABEL } from '../core/message/batch';
import { redactUrl } from '../core/safety/redact';
import { endpointLane } from '../delivery/engine/directory';
import type { Runtime } from '../runtime/runtime';
import type { MessageRow } from '../store/types';
import type { AttemptView, MessageView } from '../store/views';

/** A pending message whose endpoint is paused, disabled or suspended. */
export function isEndpointHeld(
  { directory }: Pick<Runtime, 'directory'>,
  row: Pick<MessageRow, 'state' | 'endpointId'>
): boolean {
  if (row.state !== 'pending' || row.endpointId === null) return false;
  return directory.heldLanes().includes(endpointLane(row.endpointId));
}

/** Why a message is on hold: its endpoint, or its document, which changed too often for it. */
export function heldBy(
  runtime: Pick<Runtime, 'directory'>,
  row: MessageRow
): MessageView['heldBy'] {
  if (isEndpointHeld(runtime, row)) return 'endpoint';
  return row.state === 'pending' && row.documentHeld ? 'document' : null;
}

/** Waits for other events to be sent with. A message that was attempted is sent as it is. */
function isBatched(
  { directory }: Runtime,
  { state, attempts, endpointId, event }: MessageRow
): boolean {
  if (state !== 'pending' || attempts > 0 || endpointId === null || event === BATCH_LABEL)
    return false;
  return directory.endpoint(endpointId)?.delivery.mode === 'batch';
}

/** An endpoint that exists nowhere, or is being deleted. */
export const isDeleted = ({ directory }: Runtime, endpointId: number | null): boolean =>
  endpointId !== null && directory.endpoint(endpointId) === undefined;

/** Masks redacted fields of the response body. */
export function attemptView({ redactor }: Runtime, attempt: AttemptView): AttemptView {
  const { response } = attempt;
  if (!response?.body) return attempt;
  return { ...attempt, response: { ...response, body: redactor.fields(response.body) } };
}

/** Masks secrets in the URL. */
export function messageView(runtime: Runtime, row: MessageRow): MessageView {
  const reason = heldBy(runtime, row);
  return {
    messageId: row.messageId,
    state: row.state,
    held: reason !== null,
    heldBy: reason,
    batched: reason === null && isBatched(runtime, row),
    eventId: row.eventId,
    event: row.event,
    uid: row.uid,
    entryDocumentId: row.entryDocumentId,
    entryTitle: row.entryTitle,
    entryLocale: row.entryLocale,
    topicName: row.topicName,
    endpointId: row.endpointId,
    endpointName: row.endpointName,
    endpointDeleted: isDeleted(runtime, row.endpointId),
    url: redactUrl(row.url),
    method: row.method,
    retried: row.retried,
    maxRetries: row.maxRetries,
    attempts: row.attempts,
    notBefore: row.notBefore,
    labels: row.labels,
    sourceMessageId: row.sourceMessageId,
    supersededBy: row.supersededBy,
    queueName: row.queueName,
    flowControlKey: row.flowControlKey,
    scheduleId: row.scheduleId,
    dlqId: row.dlqId,
    lastOutcome: row.lastOutcome,
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    lastAttemptAt: row.lastAttemptAt,
    lastDurationMs: row.lastDurationMs,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}
