/**
 * Converts the core's types into column values. The opposite of `rows.ts`.
 *
 * Foreign text (a response, an error message) may contain what PostgreSQL cannot store: NUL or half
 * a surrogate pair. Its settlement would fail, and the message be sent again forever.
 */
import { errorOf } from '../../core/message/failure';
import { dlqIdFrom } from '../../core/message/message-id';
import type {
  Attempt,
  NewEvent,
  NewMessage,
  Outcome,
  Settled,
  StoredBody,
} from '../../core/message/message';
import { cutText } from '../../core/safety/text';
import type { Crypt } from './context';
import { laneOf } from '../queue/lane';
import { signaturesText } from './rows';
import { gateOf, placeOf } from '../gates/gate-place';
import type {
  ATTEMPT_COLUMNS,
  Columns,
  EVENT_COLUMNS,
  MESSAGE_COLUMNS,
  SPECIAL_MESSAGE_COLUMNS,
  Values,
} from './tables';

type ValuesOf<C extends Columns> = Values & Record<keyof C, Values[string]>;

/** Width of Strapi's string columns. Text for display is cut rather than refused. */
const MAX_STRING_LENGTH = 255;
const REPLACEMENT = '\ufffd';
const UNSTORABLE = /\u0000|\p{Surrogate}/gu;

const storable = (text: string): string => text.replace(UNSTORABLE, REPLACEMENT);

const shown = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : cutText(storable(text), MAX_STRING_LENGTH);

function storableBody(body: StoredBody): StoredBody {
  if (body.encoding === 'base64' || body.text.search(UNSTORABLE) === -1) return body;
  return { text: Buffer.from(body.text, 'utf8').toString('base64'), encoding: 'base64' };
}

export function eventValues(event: NewEvent, documentId: string): ValuesOf<typeof EVENT_COLUMNS> {
  const body = storableBody(event.body);
  return {
    document_id: documentId,
    name: event.name,
    uid: event.uid,
    entry_document_id: event.entryDocumentId,
    entry_locale: event.entryLocale,
    entry_title: shown(event.entryTitle),
    body: body.text,
    body_encoding: body.encoding,
    content_type: event.contentType,
    actor_kind: event.actor.kind,
    actor_id: event.actor.id ?? null,
    actor_label: shown(event.actor.label),
    source: event.source,
    occurred_at: event.occurredAt,
    trace: event.trace ? JSON.stringify(event.trace) : null,
  };
}

/** The request that a shape makes of an event. */
export type RenderedMessage = Pick<NewMessage, 'method' | 'headers' | 'body' | 'rendering'>;

export function renderedValues(message: RenderedMessage, crypt: Crypt) {
  const body = message.body === null ? null : storableBody(message.body);
  const hasHeaders = Object.keys(message.headers).length > 0;
  return {
    method: message.method,
    headers: hasHeaders ? crypt.encrypt(JSON.stringify(message.headers)) : null,
    body: body?.text ?? null,
    body_encoding: body?.encoding ?? null,
    rendering: message.rendering ? JSON.stringify(message.rendering) : null,
  };
}

export function messageValues(
  message: NewMessage,
  event: NewEvent & { id: number },
  stored: { crypt: Crypt; now: number }
): ValuesOf<typeof MESSAGE_COLUMNS> {
  return {
    ...renderedValues(message, stored.crypt),
    message_id: message.messageId,
    event_id: event.id,
    event_name: event.name,
    uid: event.uid,
    entry_document_id: event.entryDocumentId,
    endpoint_id: message.endpointId,
    endpoint_name: shown(message.endpointName),
    topic_name: shown(message.topicName),
    url: message.url,
    signatures: signaturesText(message.signatures),
    state: 'pending',
    not_before: message.notBefore,
    retried: 0,
    attempts: 0,
    retry_policy: message.retryPolicy === null ? null : JSON.stringify(message.retryPolicy),
    timeout_ms: message.timeoutMs,
    labels: message.labels.length === 0 ? null : JSON.stringify(message.labels),
    source_message_id: message.sourceMessageId,
    caller_ip: shown(message.callerIp),
    enqueued_at: stored.now,
    order_key: message.orderKey ?? null,
    ledger: message.ledger ? JSON.stringify(message.ledger) : null,
  };
}

/** Where a gated message waits. */
export interface GatePlace {
  lane: string;
  flowKeyId: number | null;
}

export const isSpecial = (message: NewMessage): boolean =>
  SPECIALS.some((field) => message[field] !== undefined && message[field] !== null);

const SPECIALS = [
  'callbacks',
  'queue',
  'flowControl',
  'redact',
  'deduplicationId',
  'scheduleId',
] as const satisfies (keyof NewMessage)[];

/** @param place null for a message without a gate. */
export function specialValues(
  message: NewMessage,
  place: GatePlace | null,
  crypt: Crypt
): Partial<ValuesOf<typeof MESSAGE_COLUMNS>> & ValuesOf<typeof SPECIAL_MESSAGE_COLUMNS> {
  const { callbacks, queue, flowControl, redact } = message;
  return {
    callbacks: callbacks ? crypt.encrypt(JSON.stringify(callbacks)) : null,
    queue_name: queue?.name ?? null,
    queue_position: queue?.position ?? null,
    ...flowValues(flowControl, place?.flowKeyId ?? null),
    redact: redact ? JSON.stringify(redact) : null,
    deduplication_id: shown(message.deduplicationId),
    schedule_id: shown(message.scheduleId),
  };
}

export const flowValues = (flowControl: NewMessage['flowControl'], flowKeyId: number | null) => ({
  flow_control_key: flowControl?.key ?? null,
  flow_key_id: flowKeyId,
  flow_control: flowControl ? JSON.stringify(flowControl) : null,
});

export function attemptValues(
  messageRowId: number,
  attempt: Attempt
): ValuesOf<typeof ATTEMPT_COLUMNS> {
  const { number, startedAt, durationMs, outcome, request } = attempt;
  const error = errorOf(attempt);
  return {
    message_row_id: messageRowId,
    number,
    started_at: startedAt,
    duration_ms: durationMs,
    outcome: outcome.kind,
    error: error === null ? null : storable(error),
    request_url: storable(request.url),
    request_method: request.method,
    // JSON escapes what a text column cannot hold.
    request_headers: JSON.stringify(request.headers),
    ...responseValues(outcome),
  };
}

function responseValues(outcome: Outcome) {
  if (outcome.kind !== 'responded') {
    return {
      status: null,
      response_headers: null,
      response_body: null,
      response_body_encoding: null,
      response_body_truncated: null,
    };
  }
  const body = storableBody(outcome.body);
  return {
    status: outcome.status,
    response_headers: JSON.stringify(outcome.headers),
    response_body: body.text,
    response_body_encoding: body.encoding,
    response_body_truncated: outcome.bodyTruncated,
  };
}

/** Columns of a settlement, as a rowset. Its attempt has columns of its own. */
export const SETTLEMENT_COLUMNS = {
  row_id: 'bigint',
  token: 'text',
  state: 'text',
  endpoint_id: 'bigint',
  place: 'bigint',
  not_before: 'bigint',
  retried: 'integer',
  finished_at: 'bigint',
  dlq_id: 'text',
  /** New lane of the message; null leaves it. */
  held_lane: 'text',
} as const satisfies Columns;

export function settlementValues({
  message,
  settlement,
  settledAt,
}: Settled): ValuesOf<typeof SETTLEMENT_COLUMNS> {
  const { id: row_id, leaseToken: token, endpointId: endpoint_id } = message;
  if (settlement.to === 'pending') {
    return {
      row_id,
      token,
      state: 'pending',
      endpoint_id,
      place: placeOf(message.queue, settlement.notBefore),
      not_before: settlement.notBefore,
      retried: settlement.retried,
      finished_at: null,
      dlq_id: null,
      held_lane: settlement.because === 'gone' ? laneWhenGone(message) : null,
    };
  }
  return {
    row_id,
    token,
    state: settlement.to,
    endpoint_id,
    place: null,
    not_before: message.notBefore,
    retried: message.retried,
    finished_at: settledAt,
    dlq_id: settlement.to === 'dead' ? dlqIdFrom(settledAt, message.id) : null,
    held_lane: null,
  };
}

/**
 * The lane of a test message is never held: left there, it would be sent again every second. A
 * gated message keeps its place, because gates hold the messages of a held endpoint.
 */
function laneWhenGone({ lane, endpointId, url }: Settled['message']): string | null {
  return gateOf(lane) === null ? laneOf(endpointId, url) : null;
}
