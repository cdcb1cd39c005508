/**
 * Errors of the QStash API: a status and a text, sent as `{"error": "<text>"}`.
 *
 * Clients show the text unchanged (the official SDK throws the raw body). Where QStash's text is known, ours
 * begins with it, and may add what to do.
 */
import { CoreError, HTTP_STATUSES, InvalidInputError } from '../../core/errors';

export class QstashError extends Error {
  override readonly name = 'QstashError';

  constructor(
    readonly status: number,
    message: string,
    /** Headers of the response. */
    readonly headers?: Record<string, string>
  ) {
    super(message);
  }
}

export interface ErrorAnswer {
  status: number;
  text: string;
  headers?: Record<string, string>;
}

export const INVALID_SCHEME =
  'invalid destination url: endpoint has invalid scheme, add http:// or https://';

export const INVALID_TOKEN = 'unable to authenticate: invalid token';

/** Fields that hold a URL, and QStash's name for each. */
const URL_FIELDS: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [/^callbacks\.failure\b/, 'invalid failure callback url'],
  [/^callbacks\b/, 'invalid callback url'],
  [/./, 'invalid destination url'],
];

/** @returns null for an internal error. */
export function answerOf(error: unknown): ErrorAnswer | null {
  if (error instanceof QstashError) {
    const { status, message: text, headers } = error;
    return { status, text, ...(headers && { headers }) };
  }
  if (error instanceof CoreError) return { status: HTTP_STATUSES[error.code], text: textOf(error) };
  return null;
}

/** Words the refusal of an address. For loopback it begins with QStash's text; ours says how to allow it. */
export function refusedDestination(error: CoreError, url: string): QstashError {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const loopback = loopbackOf(host);
  const reason = error.message.replace(/^\S+ is refused: /, '');
  return new QstashError(
    HTTP_STATUSES[error.code],
    loopback === null
      ? `invalid destination url: ${reason}`
      : `invalid destination url: endpoint resolves to a loopback address: ${loopback}; ${reason}`
  );
}

function textOf(error: CoreError): string {
  if (error instanceof InvalidInputError) {
    return error.problems
      .map(({ field, message }) => `invalid ${field || 'body'}: ${message}`)
      .join('; ');
  }
  const { code, field, message } = error;
  if (code === 'INVALID_URL' || code === 'UNSAFE_URL') {
    const prefix = URL_FIELDS.find(([pattern]) => pattern.test(field ?? 'url'))?.[1];
    return `${prefix}: ${message}`;
  }
  const bare = field !== undefined && !message.includes(field);
  return bare ? `invalid ${field}: ${message}` : message;
}

function loopbackOf(host: string): string | null {
  if (host === 'localhost' || host.endsWith('.localhost')) return '127.0.0.1';
  if (/^127\.\d+\.\d+\.\d+$/.test(host)) return host;
  return host === '[::1]' ? '::1' : null;
}
