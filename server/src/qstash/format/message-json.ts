/**
 * Formats a message for the QStash API: `GET /messages/{id}`, and parts of dead letters and log entries.
 *
 * Required fields are always present, because the Python client has no defaults. Optional fields are
 * omitted when they do not apply, as the tests of the official SDK expect.
 */
import type {
  BodyEncoding,
  CallbackSpecs,
  FlowControl,
  MessageState,
  Redaction,
  StoredBody,
} from '../../core/message/message';
import { redactHeaders } from '../../core/safety/redact';
import { canonicalName } from './header-names';
import { withoutUndefined } from './without-undefined';
import { SECOND_MS } from '../../core/time';

export interface QstashMessage {
  messageId: string;
  state: MessageState;
  url: string;
  method: string;
  /** The message's own headers, without its endpoint's, which may be secret. */
  headers: Readonly<Record<string, string>>;
  contentType: string;
  body: StoredBody;
  maxRetries: number;
  retryDelayExpression: string | null;
  timeoutMs: number | null;
  notBefore: number;
  createdAt: number;
  topicName: string | null;
  endpointName: string | null;
  queueName: string | null;
  scheduleId: string | null;
  callbacks: CallbackSpecs | null;
  callerIp: string | null;
  labels: readonly string[];
  flowControl: FlowControl | null;
  redact: Redaction | null;
}

/** The value's HMAC-SHA256 with a key of the installation, as 64 hex digits. */
export type Digest = (value: string) => string;

export type HeaderLists = Record<string, string[]>;

export function messageJson(message: QstashMessage, digest: Digest) {
  const { callbacks, flowControl, labels } = message;
  return withoutUndefined({
    messageId: message.messageId,
    url: message.url,
    method: message.method,
    header: headerJson(message, digest),
    ...bodyJson(message, digest),
    maxRetries: message.maxRetries,
    notBefore: message.notBefore,
    createdAt: message.createdAt,
    topicName: message.topicName ?? undefined,
    endpointName: message.endpointName ?? undefined,
    queueName: message.queueName ?? undefined,
    scheduleId: message.scheduleId ?? undefined,
    ...callbackJson(callbacks),
    callerIP: message.callerIp ?? undefined,
    callerIp: message.callerIp ?? undefined,
    retryDelayExpression: message.retryDelayExpression ?? undefined,
    timeout: message.timeoutMs === null ? undefined : message.timeoutMs / SECOND_MS,
    label: labels[0],
    labels: labels.length === 0 ? undefined : [...labels],
    ...flowControlJson(flowControl),
  });
}

/**
 * Formats headers and the content type: canonical names, values in lists. Redacted values are hashed.
 * Values that look like credentials are masked, because a read-only token may read other callers' messages.
 */
export function headerJson(
  { headers, contentType, redact }: Pick<QstashMessage, 'headers' | 'contentType' | 'redact'>,
  digest: Digest
): HeaderLists {
  const all = { 'Content-Type': contentType, ...headers };
  const masked = redactHeaders(all);
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      canonicalName(name),
      [isRedacted(redact, name) ? redacted(value, digest) : hashOr(masked[name] ?? '', value)],
    ])
  );
}

/** Formats text as `body`, binary data as `bodyBase64`, and an empty body as neither. */
export function bodyJson(
  { body, redact }: Pick<QstashMessage, 'body' | 'redact'>,
  digest: Digest
): { body?: string; bodyBase64?: string } {
  if (body.text === '') return {};
  if (redact?.body) return { body: redacted(body.text, digest) };
  return textOrBase64(body, 'body');
}

/** Formats a body for the log, which always uses base64. */
export function bodyBase64(
  { body, redact }: Pick<QstashMessage, 'body' | 'redact'>,
  digest: Digest
): string | undefined {
  if (body.text === '') return undefined;
  if (redact?.body) return base64(redacted(body.text, digest), 'utf8');
  return base64(body.text, body.encoding);
}

export function callbackJson(callbacks: QstashMessage['callbacks']) {
  const { success, failure } = callbacks ?? {};
  return withoutUndefined({
    callback: success?.url,
    callbackHeader: success?.headers && listsOf(success.headers),
    failureCallback: failure?.url,
    failureCallbackHeader: failure?.headers && listsOf(failure.headers),
  });
}

/** Clients expect a period with every key, and only the limits that were given. */
export function flowControlJson(flowControl: FlowControl | null) {
  if (flowControl === null) return {};
  return withoutUndefined({
    flowControlKey: flowControl.key,
    parallelism: flowControl.parallelism,
    rate: flowControl.rate,
    period: (flowControl.periodMs ?? SECOND_MS) / SECOND_MS,
  });
}

export function textOrBase64<Name extends string>(
  body: StoredBody,
  name: Name
): { [K in Name | `${Name}Base64`]?: string } {
  const field = body.encoding === 'utf8' ? name : `${name}Base64`;
  return { [field]: body.text } as { [K in Name | `${Name}Base64`]?: string };
}

export function base64(text: string, encoding: BodyEncoding): string {
  return encoding === 'base64' ? text : Buffer.from(text, 'utf8').toString('base64');
}

export function listsOf(
  headers: Readonly<Record<string, string | readonly string[]>>
): HeaderLists {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      canonicalName(name),
      typeof value === 'string' ? [value] : [...value],
    ])
  );
}

function isRedacted(redact: Redaction | null, name: string): boolean {
  const headers = redact?.headers ?? false;
  if (typeof headers === 'boolean') return headers;
  return headers.some((named) => named.toLowerCase() === name.toLowerCase());
}

const MARK = 'REDACTED:';

const redacted = (value: string, digest: Digest): string => MARK + digest(value);

/** A schedule's values are hashed already and must not be masked. */
const hashOr = (masked: string, value: string): string => (value.startsWith(MARK) ? value : masked);
