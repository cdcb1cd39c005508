/** Derives log entries from messages and attempts. Nothing is written for the log. */
import type { LastAttempt } from './dead-letter-json';
import type { LogState } from './filters';
import {
  base64,
  bodyBase64,
  callbackJson,
  flowControlJson,
  headerJson,
  listsOf,
  type Digest,
  type QstashMessage,
} from './message-json';
import { withoutUndefined } from './without-undefined';

export interface LogAttempt extends LastAttempt {
  startedAt: number;
  endedAt: number;
  delivered: boolean;
  /** It is the message's latest. */
  isLast: boolean;
}

export interface LogEntry {
  time: number;
  state: LogState;
  error?: string;
  nextDeliveryTime?: number;
  /** Set for `ERROR`. */
  response?: LastAttempt;
}

type Subject = Pick<QstashMessage, 'state' | 'notBefore'>;

/** Newest first. A failed attempt that is not the last was followed by a retry. */
export function attemptEntries(message: Subject, attempt: LogAttempt): LogEntry[] {
  const active: LogEntry = { time: attempt.startedAt, state: 'ACTIVE' };
  if (attempt.delivered) return [{ time: attempt.endedAt, state: 'DELIVERED' }, active];
  const error = errorOf(attempt);
  const failed: LogEntry = { time: attempt.endedAt, state: 'ERROR', error, response: attempt };
  if (!attempt.isLast) return [{ time: attempt.endedAt, state: 'RETRY' }, failed, active];
  switch (message.state) {
    case 'dead':
      return [{ time: attempt.endedAt, state: 'FAILED', error }, failed, active];
    case 'pending': {
      const next = { nextDeliveryTime: message.notBefore };
      return [{ time: attempt.endedAt, state: 'RETRY', ...next }, { ...failed, ...next }, active];
    }
    case 'active':
      return [{ time: attempt.endedAt, state: 'RETRY' }, failed, active];
    case 'canceled':
    case 'delivered':
      return [failed, active];
  }
}

export const creationEntry = (
  message: Pick<QstashMessage, 'createdAt' | 'notBefore'>
): LogEntry => ({
  time: message.createdAt,
  state: 'CREATED',
  nextDeliveryTime: message.notBefore,
});

/** Newest first. */
export const cancelEntries = (canceledAt: number): LogEntry[] => [
  { time: canceledAt, state: 'CANCELED' },
  { time: canceledAt, state: 'CANCEL_REQUESTED' },
];

/** Each entry repeats its message. Some fields have two names, because clients differ. */
export function logJson(message: QstashMessage, entry: LogEntry, digest: Digest) {
  const { callback, callbackHeader, failureCallback, failureCallbackHeader } = callbackJson(
    message.callbacks
  );
  const { labels } = message;
  return withoutUndefined({
    time: entry.time,
    messageId: message.messageId,
    state: entry.state,
    url: message.url,
    method: message.method,
    header: headerJson(message, digest),
    body: bodyBase64(message, digest),
    error: entry.error,
    nextDeliveryTime: entry.nextDeliveryTime,
    ...responseJson(entry.response),
    topicName: message.topicName ?? undefined,
    endpointName: message.endpointName ?? undefined,
    queueName: message.queueName ?? undefined,
    scheduleId: message.scheduleId ?? undefined,
    timeout: message.timeoutMs ?? undefined,
    callback,
    callbackHeaders: callbackHeader,
    failureCallback,
    failureCallbackHeaders: failureCallbackHeader,
    maxRetries: message.maxRetries,
    retryDelayExpr: message.retryDelayExpression ?? undefined,
    retryDelayExpression: message.retryDelayExpression ?? undefined,
    ...flowControlJson(message.flowControl),
    label: labels[0],
    labels: labels.length === 0 ? undefined : [...labels],
    callerIP: message.callerIp ?? undefined,
    callerIp: message.callerIp ?? undefined,
  });
}

function responseJson(response: LastAttempt | undefined) {
  if (response === undefined) return {};
  const { status, headers, body } = response;
  const lists = headers === null ? undefined : listsOf(headers);
  return {
    responseStatus: status ?? 0,
    responseHeader: lists,
    responseHeaders: lists,
    responseBody: body === null ? undefined : base64(body.text, body.encoding),
  };
}

function errorOf({ status, error }: LastAttempt): string {
  return status === null ? (error ?? 'no response') : `destination responded with status ${status}`;
}
