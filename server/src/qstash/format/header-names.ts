/** Selects the request headers that are forwarded to the receiver. */
import { CoreError } from '../../core/errors';
import { validateHeaders } from '../../core/safety/headers';

/** Names in lower case; values of a repeated header are joined by commas. */
export type HeaderMap = Readonly<Record<string, string>>;

const FORWARD_PREFIX = 'upstash-forward-';

/**
 * Headers that `Upstash-Header-Forward: true` does not forward: they concern the caller's connection, or
 * carry the caller's credentials.
 */
const NOT_FORWARDED = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type', // stored with the body
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** `x-request-id` → `X-Request-Id`: the form in which the real service shows names. */
export function canonicalName(name: string): string {
  return name
    .toLowerCase()
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('-');
}

/** Converts Node's `request.headers`. */
export function headerMap(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
): HeaderMap {
  const joined = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    joined.set(name.toLowerCase(), typeof value === 'string' ? value : value.join(', '));
  }
  // A map, because a header may be named `__proto__`.
  return Object.fromEntries(joined);
}

/** Reads `Upstash-Forward-X` as `X`, without the content type, which is stored with the body. */
export function forwardedHeaders(headers: HeaderMap, prefix = FORWARD_PREFIX) {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(prefix) || name === prefix || name === `${prefix}content-type`) continue;
    forwarded[canonicalName(name.slice(prefix.length))] = value;
  }
  return forwarded;
}

/**
 * Selects all headers that may be forwarded. One that cannot be sent is left out rather than refused,
 * because a caller that can only configure a URL did not choose it.
 *
 * @param keepAuthorization the token was in the query, so `Authorization` is meant for the receiver.
 */
export function allHeaders(headers: HeaderMap, keepAuthorization: boolean) {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const ours = name.startsWith('upstash-') || NOT_FORWARDED.has(name);
    const kept = name === 'authorization' ? keepAuthorization : !ours;
    if (kept && isSendable(name, value)) forwarded[canonicalName(name)] = value;
  }
  return forwarded;
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaders({ [name]: value }, 'headers');
    return true;
  } catch (error) {
    if (error instanceof CoreError) return false;
    throw error;
  }
}
