/** Converts a claimed row and its event for the dispatcher. */
import without from 'lodash/without';

import type { LedgerNote } from '../../core/ledger/ledger';
import type {
  CallbackSpecs,
  ClaimedMessage,
  EventSource,
  FlowControl,
  Redaction,
  RetryPolicy,
} from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import type { TraceContext } from '../../core/trace-context';
import type { Crypt } from '../sql/context';
import {
  body,
  integer,
  integerOrNull,
  json,
  readHeaders,
  readSealed,
  signatures,
  text,
  textOrNull,
  type Row,
} from '../sql/rows';
import { MESSAGE_COLUMNS, SPECIAL_MESSAGE_COLUMNS } from '../sql/tables';

/** Message columns that an attempt needs, in addition to those of its event. */
export const CLAIM_COLUMNS = [
  'id',
  ...without(Object.keys(MESSAGE_COLUMNS), 'state', 'labels', 'order_key'),
  ...without(
    Object.keys(SPECIAL_MESSAGE_COLUMNS),
    'flow_control_key',
    'flow_key_id',
    'deduplication_id'
  ),
];

/**
 * Columns of an event `e` and its message `m`. The event's body is not read when the message has
 * its own.
 */
export const claimEventColumns = (m: string, e: string): string =>
  [
    `case when ${m}.body is null then ${e}.body end as event_body`,
    `${e}.body_encoding as event_body_encoding`,
    `${e}.content_type as content_type`,
    `${e}.source as event_source`,
    `${e}.occurred_at as occurred_at`,
    `${e}.trace as trace`,
    `${e}.entry_locale as entry_locale`,
  ].join(', ');

export function claimedMessage(row: Row, leaseToken: string, crypt: Crypt): ClaimedMessage {
  const own = textOrNull(row.body) !== null;
  const content = own ? row.body : row.event_body;
  const { headers, problem } = readHeaders(row.headers, crypt);
  const callbacks = readSealed<CallbackSpecs>(row.callbacks, crypt);
  const queueName = textOrNull(row.queue_name);
  const problems: (string | null)[] = [
    textOrNull(content) === null ? 'its event is not in the database any more' : null,
    problem,
    callbacks.problem && `its callbacks cannot be read: ${callbacks.problem}`,
  ];

  /** Records an unreadable value as a problem of this message, so that the claim does not fail. */
  function parsed<T>(name: string, value: unknown): T | null {
    try {
      return json<T | null>(value, null);
    } catch (error) {
      problems.push(`its ${name} cannot be read: ${(error as Error).message}`);
      return null;
    }
  }

  const rendering = parsed<Rendering>('rendering', row.rendering);
  const message = {
    id: integer(row.id),
    messageId: text(row.message_id),
    leaseToken,
    endpointId: integerOrNull(row.endpoint_id),
    endpointName: textOrNull(row.endpoint_name),
    topicName: textOrNull(row.topic_name),
    url: text(row.url),
    method: text(row.method),
    lane: text(row.lane),
    headers,
    signatures: signatures(row.signatures),
    retryPolicy: parsed<RetryPolicy>('retry policy', row.retry_policy),
    timeoutMs: integerOrNull(row.timeout_ms),
    retried: integer(row.retried),
    attempts: integer(row.attempts),
    notBefore: integer(row.not_before),
    enqueuedAt: integer(row.enqueued_at),
    sourceMessageId: textOrNull(row.source_message_id),
    event: {
      id: integer(row.event_id),
      name: text(row.event_name),
      uid: textOrNull(row.uid),
      entryDocumentId: textOrNull(row.entry_document_id),
      entryLocale: textOrNull(row.entry_locale),
      source: textOrNull(row.event_source) as EventSource | null,
      occurredAt: integer(row.occurred_at ?? row.enqueued_at),
      trace: parsed<TraceContext>('trace context', row.trace),
    },
    body: body(content, own ? row.body_encoding : row.event_body_encoding),
    contentType:
      rendering?.contentType ?? textOrNull(row.content_type) ?? 'application/octet-stream',
    rendering,
    callerIp: textOrNull(row.caller_ip),
    callbacks: callbacks.value,
    queue: queueName === null ? null : { name: queueName, position: integer(row.queue_position) },
    flowControl: parsed<FlowControl>('flow control', row.flow_control),
    redact: parsed<Redaction>('redaction', row.redact),
    scheduleId: textOrNull(row.schedule_id),
    ledger: parsed<LedgerNote[]>('ledger', row.ledger),
  };
  const unreadable = problems.find((one) => one !== null);
  return unreadable === undefined ? message : { ...message, unreadable };
}
