/**
 * One event on its way to one URL: the unit that is retried, dead-lettered and replayed.
 *
 * The delivery loop claims the message's row in the outbox. No index contains a column that a
 * settlement changes, so PostgreSQL updates the row without touching an index.
 */
import { UID } from '../tables';
import { id, instant, rowId } from './columns';

export const message = {
  uid: UID.message,
  singularName: 'message',
  tableName: 'gw_messages',
  attributes: {
    id: id(),
    messageId: { type: 'string', column: { unique: true } },
    eventId: rowId(),
    eventName: { type: 'string' },
    uid: { type: 'string' },
    entryDocumentId: { type: 'string' },
    endpointId: rowId(),
    endpointName: { type: 'string' },
    topicName: { type: 'string' },
    url: { type: 'text' },
    method: { type: 'string' },
    headers: { type: 'text' },
    body: { type: 'text' },
    bodyEncoding: { type: 'string' },
    /** JSON text: what a format made different from the endpoint and the event. */
    rendering: { type: 'text' },
    signatures: { type: 'string' },
    /** `pending` until it is finished; the outbox knows whether it is being sent. */
    state: { type: 'string' },
    notBefore: instant(),
    retried: { type: 'integer' },
    attempts: { type: 'integer' },
    retryPolicy: { type: 'text' },
    timeoutMs: { type: 'integer' },
    labels: { type: 'text' },
    sourceMessageId: { type: 'string' },
    callerIp: { type: 'string' },
    /** JSON text, encrypted: callbacks may have secret headers. */
    callbacks: { type: 'text' },
    queueName: { type: 'string' },
    /** Place in the queue: the row id, or that of the message this is a callback of. */
    queuePosition: instant(),
    flowControlKey: { type: 'string' },
    flowKeyId: rowId(),
    /** JSON text: the key and the limits that came with this message. */
    flowControl: { type: 'text' },
    /** JSON text: the parts that are shown as a hash only. */
    redact: { type: 'text' },
    /** As in the outbox. */
    orderKey: { type: 'string' },
    /** JSON text: versions of documents that its receiver has once it is delivered (`core/ledger`). */
    ledger: { type: 'text' },
    /** `messageId` of the newer message that replaced this one. */
    supersededBy: { type: 'string' },
    deduplicationId: { type: 'string' },
    scheduleId: { type: 'string' },
    dlqId: { type: 'string' },
    lastOutcome: { type: 'string' },
    lastStatus: { type: 'integer' },
    lastError: { type: 'text' },
    lastAttemptAt: instant(),
    lastDurationMs: { type: 'integer' },
    enqueuedAt: instant(),
    finishedAt: instant(),
    /** A line of JSON for each time a person asked for an attempt. */
    asks: { type: 'text' },
  },
};
