/** Describes a network error in one line for operators: no stack trace, no names internal to a library. */
import type { Outcome } from '../../core/message/message';
import { BlockedAddressError, CONNECT_TIMEOUT_MS, MAX_RESPONSE_HEADER_BYTES } from './agent';
import { ProxyError } from './proxy-agent';

/** Progress of an exchange: no connection yet, request sent, response head received. */
export type Phase = 'connecting' | 'waiting' | 'reading';

export type Failure = Exclude<Outcome, { kind: 'responded' }>;

/** The proxy opened no tunnel. In doubt: the receiver may be the cause. */
export interface NoTunnel {
  kind: 'no-tunnel';
  inDoubt: boolean;
  error: string;
}

/** Errors quote foreign text of any length, such as the names in a certificate. */
const MAX_ERROR_LENGTH = 300;

const CLOSED: Record<Phase, string> = {
  connecting: 'connection closed before it was established',
  waiting: 'connection closed before a response',
  reading: 'connection closed before the response was complete',
};
const RESET: Record<Phase, string> = {
  connecting: 'connection reset before it was established',
  waiting: 'connection reset before a response',
  reading: 'connection reset after headers',
};
const NOTHING_IN_TIME: Record<Phase, string> = {
  connecting: 'no connection',
  waiting: 'no response',
  reading: 'no complete response',
};

export const timedOut = (phase: Phase, timeoutMs: number, tunneled = false): Failure | NoTunnel => {
  const within = `within ${timeoutMs} ms`;
  return tunneled && phase === 'connecting'
    ? { kind: 'no-tunnel', inDoubt: true, error: `no connection through the proxy ${within}` }
    : { kind: 'timed-out', error: `${NOTHING_IN_TIME[phase]} ${within}` };
};

/** @param error from the socket, the resolver, TLS or undici. */
export function failureOf(error: unknown, phase: Phase): Failure | NoTunnel {
  if (error instanceof ProxyError) {
    return { kind: 'no-tunnel', inDoubt: error.inDoubt, error: oneLine(error) };
  }
  if (error instanceof BlockedAddressError) return { kind: 'blocked', error: oneLine(error) };
  switch (codeOf(error)) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return timedOut('connecting', CONNECT_TIMEOUT_MS);
    // An invalid header or method: refused before a byte is sent, on every attempt.
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return { kind: 'blocked', error: `cannot be sent: ${oneLine(error)}` };
    default:
      return { kind: 'unreachable', error: describe(error, phase) };
  }
}

function describe(error: unknown, phase: Phase): string {
  switch (codeOf(error)) {
    case 'ECONNRESET':
    case 'EPIPE':
      return RESET[phase];
    case 'UND_ERR_HEADERS_OVERFLOW':
      return `response headers exceed ${MAX_RESPONSE_HEADER_BYTES} bytes`;
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'response body does not match its content-length';
    case 'UND_ERR_SOCKET':
      return describeSocketError(error, phase);
    default:
      return oneLine(error);
  }
}

/** Messages of undici about a socket. */
function describeSocketError(error: unknown, phase: Phase): string {
  const text = oneLine(error);
  return text === 'other side closed' || text === 'closed' ? CLOSED[phase] : text;
}

/** Properties that Node, OpenSSL and undici set. No class to check for: the errors come from several realms. */
interface Trouble {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  errors?: unknown;
  library?: unknown;
  reason?: unknown;
}

const troubleOf = (error: unknown): Trouble =>
  typeof error === 'object' && error !== null ? error : { message: String(error) };

const codeOf = (error: unknown): unknown => troubleOf(error).code;

function oneLine(error: unknown): string {
  const text = textOf(troubleOf(error))
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  return text.length > MAX_ERROR_LENGTH ? `${text.slice(0, MAX_ERROR_LENGTH - 1)}…` : text;
}

function textOf({ errors, library, reason, message, name }: Trouble): string {
  // None of several addresses answered: Node's own message is empty.
  if (Array.isArray(errors)) {
    return [...new Set(errors.map((error: unknown) => textOf(troubleOf(error))))].join('; ');
  }
  // OpenSSL's message names a memory address and a source file.
  if (typeof library === 'string' && typeof reason === 'string') return `TLS: ${reason}`;
  if (typeof message === 'string' && message !== '') return message;
  return typeof name === 'string' ? name : 'unknown error';
}
