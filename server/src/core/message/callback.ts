/**
 * Builds callbacks: messages made from an attempt's request and response.
 *
 * Source: QStash, https://upstash.com/docs/qstash/features/callbacks. The success callback follows
 * every attempt, the failure callback follows the last one. Our bodies also say why there was no
 * response (`error`) and whether a body was cut (`bodyTruncated`, `sourceBodyTruncated`).
 *
 * A callback has callbacks only if its own options ask for one, so there are no loops. Pure: ids
 * are arguments.
 */
import { maxRetriesOf } from '../retry/backoff';
import { targetLane } from './callback-target';
import { afterHop, hopOf } from './hops';
import type {
  CallbackSpec,
  CallbackSpecs,
  NewCallback,
  RetryPolicy,
  Settled,
  StoredBody,
} from './message';
import { dlqIdFrom } from './message-id';
import { bodyBytes } from './payload';
import { redactHeaders } from '../safety/redact';

export interface CallbackTerms {
  specs: CallbackSpecs;
  /** The full URL of the attempt. */
  url: string;
  method: string;
  /** The message's retry policy, used unless the callback has its own. */
  retryPolicy: RetryPolicy;
}

export interface CallbackMaking {
  /** Largest callback body, bytes. */
  maxBytes: number;
  newMessageId: () => string;
}

/** The body of a callback, as a handler receives it. */
export interface CallbackBody {
  /** Response status; 0 when there was no response. */
  status: number;
  header: Record<string, string[]>;
  /** Base64. */
  body: string;
  retried: number;
  maxRetries: number;
  sourceMessageId: string;
  topicName?: string;
  endpointName?: string;
  url: string;
  method: string;
  sourceHeader: Record<string, string[]>;
  /** Base64. */
  sourceBody: string;
  notBefore: number;
  createdAt: number;
  scheduleId?: string;
  callerIP?: string;
  /** Set in failure callbacks. */
  dlqId?: string;
  /** Why there was no response. */
  error?: string;
  bodyTruncated?: true;
  sourceBodyTruncated?: true;
}

type Kind = 'callback' | 'failure-callback';

export function callbacksOf(
  settled: Settled,
  terms: CallbackTerms,
  making: CallbackMaking
): NewCallback[] {
  const { success, failure } = terms.specs;
  const wanted: [Kind, CallbackSpec | undefined][] = [
    ['callback', success],
    ['failure-callback', settled.settlement.to === 'dead' ? failure : undefined],
  ];
  return wanted.flatMap(([kind, spec]) =>
    spec === undefined ? [] : [callbackOf(kind, spec, { settled, terms, making })]
  );
}

interface Subject {
  settled: Settled;
  terms: CallbackTerms;
  making: CallbackMaking;
}

function callbackOf(kind: Kind, spec: CallbackSpec, subject: Subject): NewCallback {
  const { settled, terms, making } = subject;
  const { message, settledAt } = settled;
  const text = JSON.stringify(callbackBody(kind, subject));
  return {
    event: {
      name: kind,
      uid: message.event.uid,
      entryDocumentId: null,
      entryLocale: null,
      body: { text, encoding: 'utf8' },
      contentType: 'application/json',
      actor: { kind: 'none' },
      source: 'callback',
      occurredAt: settledAt,
      trace: message.event.trace ?? null,
    },
    message: {
      messageId: making.newMessageId(),
      endpointId: null,
      endpointName: null,
      topicName: null,
      url: spec.url,
      method: spec.method ?? 'POST',
      lane: targetLane(spec.url),
      headers: { ...spec.headers, ...afterHop(hopOf(message.headers)) },
      body: null,
      signatures: message.signatures,
      retryPolicy: spec.retryPolicy ?? terms.retryPolicy,
      timeoutMs: spec.timeoutMs ?? null,
      notBefore: settledAt,
      labels: [],
      sourceMessageId: message.messageId,
      callerIp: message.callerIp ?? null,
      callbacks: spec.failure ? { failure: spec.failure } : null,
      queue: message.queue ?? null,
      flowControl: spec.flowControl ?? null,
      redact: redactOf(spec, message.redact ?? null),
      scheduleId: message.scheduleId ?? null,
    },
  };
}

/** A callback contains its source message, so it inherits the source's redaction. */
function redactOf(spec: CallbackSpec, source: Settled['message']['redact']) {
  const secret = spec.secretHeaders ?? [];
  if (!source && secret.length === 0) return null;
  return { body: Boolean(source), headers: secret };
}

function callbackBody(kind: Kind, { settled, terms, making }: Subject): CallbackBody {
  const { message, attempt, settledAt } = settled;
  const { outcome } = attempt;
  const answered = outcome.kind === 'responded';
  const body: CallbackBody = {
    status: answered ? outcome.status : 0,
    header: answered ? listsOf(outcome.headers) : {},
    body: '',
    retried: message.retried,
    maxRetries: maxRetriesOf(terms.retryPolicy),
    sourceMessageId: message.messageId,
    ...present('topicName', message.topicName),
    ...present('endpointName', message.endpointName),
    url: terms.url,
    method: terms.method,
    // The receiver of a callback must not learn a secret header of the source request.
    sourceHeader: listsOf({
      'Content-Type': message.contentType,
      ...redactHeaders(message.headers),
    }),
    sourceBody: '',
    notBefore: message.notBefore,
    createdAt: message.enqueuedAt,
    ...present('scheduleId', message.scheduleId),
    ...present('callerIP', message.callerIp),
    ...(kind === 'failure-callback' && { dlqId: dlqIdFrom(settledAt, message.id) }),
    ...(!answered && { error: outcome.error }),
  };
  const response = answered ? outcome.body : { text: outcome.error, encoding: 'utf8' as const };
  return withBodies(
    body,
    { response, cut: answered && outcome.bodyTruncated },
    message.body,
    making
  );
}

/** Reserved for the two `…Truncated` fields. */
const MARKS_BYTES = 64;

/**
 * Cuts both bodies to fit. The response has priority: the publisher already has the source body.
 */
function withBodies(
  body: CallbackBody,
  { response, cut }: { response: StoredBody; cut: boolean },
  source: StoredBody,
  { maxBytes }: CallbackMaking
): CallbackBody {
  const room = maxBytes - Buffer.byteLength(JSON.stringify(body)) - MARKS_BYTES;
  const received = base64Within(bodyBytes(response), room);
  const sent = base64Within(bodyBytes(source), room - received.text.length);
  return {
    ...body,
    body: received.text,
    sourceBody: sent.text,
    ...((cut || received.cut) && { bodyTruncated: true as const }),
    ...(sent.cut && { sourceBodyTruncated: true as const }),
  };
}

/** Base64 turns three bytes into four characters. */
function base64Within(bytes: Buffer, maxLength: number): { text: string; cut: boolean } {
  const kept = bytes.subarray(0, Math.max(0, Math.floor(maxLength / 4) * 3));
  return { text: kept.toString('base64'), cut: kept.length < bytes.length };
}

function listsOf(
  headers: Readonly<Record<string, string | readonly string[]>>
): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [canonicalName(name), [value].flat()])
  );
}

/** `content-type` → `Content-Type`, as QStash writes them. */
const canonicalName = (name: string): string =>
  name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

const present = <K extends string>(
  name: K,
  value: string | null | undefined
): { [P in K]?: string } =>
  (value === null || value === undefined ? {} : { [name]: value }) as { [P in K]?: string };
