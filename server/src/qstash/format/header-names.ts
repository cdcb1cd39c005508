/** Header names: one spelling to store and show, and which of a caller's headers may be passed on. */
import { CoreError } from '../../core/errors';
import { validateHeaders } from '../../core/safety/headers';

/** Names in lower case; of a repeated header, its values joined by a comma. */
export type HeaderMap = Readonly<Record<string, string>>;

const FORWARD_PREFIX = 'upstash-forward-';

/**
 * What `Upstash-Header-Forward: true` leaves behind: what speaks of the caller's connection to us,
 * not of its message, and what would hand our caller's credentials to somebody else.
 */
const NOT_FORWARDED = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type', // goes out as the message's own
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

/** From Node's `request.headers`. */
export function headerMap(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
): HeaderMap {
  const joined = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    joined.set(name.toLowerCase(), typeof value === 'string' ? value : value.join(', '));
  }
  // A map first: a header named `__proto__` is a name like any other.
  return Object.fromEntries(joined);
}

/** `Upstash-Forward-X` as `X`. The content type is the message's own and not among them. */
export function forwardedHeaders(headers: HeaderMap, prefix = FORWARD_PREFIX) {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(prefix) || name === prefix || name === `${prefix}content-type`) continue;
    forwarded[canonicalName(name.slice(prefix.length))] = value;
  }
  return forwarded;
}

/**
 * Everything a caller sent that may go on to the receiver. A header that could not be sent anyway
 * (it is ours to set, or has a value no request may carry) is left out: the caller, who can only
 * set a URL, did not choose it.
 *
 * @param keepAuthorization the caller signed in otherwise, so that this one is not meant for us.
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
