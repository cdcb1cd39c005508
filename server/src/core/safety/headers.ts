/**
 * Headers an endpoint or a publisher may add to a request, and how layers of them are put together.
 *
 * Sources: RFC 9110 §5.1 (token) and §5.5 (field values). undici refuses bad names and values by
 * throwing, which would strand a message at its attempt, and accepts `Host`, `Content-Length` and
 * `Connection`, which would let a request leave the address it was checked for: all are refused here,
 * when they are written.
 */
import { CoreError } from '../errors';

export const MAX_HEADERS = 64;
export const MAX_HEADER_VALUE_LENGTH = 4_096;

const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Characters that a field value may not contain; the same set as undici's and Node's. */
const FORBIDDEN_CHARACTER = /[^\t\x20-\x7e\x80-\xff]/;

/** Lower case. The connection is ours, and so is the identity of a message. */
const REFUSED_NAMES: ReadonlyMap<string, string> = new Map([
  ...named('it belongs to the connection', [
    'host',
    'content-length',
    'connection',
    'transfer-encoding',
    'te',
    'trailer',
    'upgrade',
    'keep-alive',
    'expect',
  ]),
  ...named('JavaScript reserves it', ['__proto__']),
  ...named('it identifies and signs the message', [
    'upstash-signature',
    'upstash-message-id',
    'upstash-retried',
    'upstash-topic-name',
    'upstash-schedule-id',
    'upstash-caller-ip',
    'upstash-region',
  ]),
  // Headers that unlock a cloud's metadata service. A second fence: its addresses are refused as well.
  ...named('it addresses a cloud metadata service', [
    'metadata',
    'metadata-flavor',
    'x-google-metadata-request',
    'x-aws-ec2-metadata-token',
    'x-aws-ec2-metadata-token-ttl-seconds',
  ]),
]);

const REFUSED_PREFIXES: readonly (readonly [prefix: string, reason: string])[] = [
  ['webhook-', 'it identifies and signs the message'],
  ['guaranteed-webhooks-', 'it keeps messages from going in circles'],
  ['proxy-', 'it belongs to the connection'],
];

/** @throws CoreError `INVALID_HEADER`, its field `<field>.<Name>`. */
export function validateHeaders(headers: Record<string, string>, field: string): void {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) {
    throw new CoreError(
      'INVALID_HEADER',
      `${field} has ${entries.length} headers; at most ${MAX_HEADERS} are allowed`,
      field
    );
  }
  const seen = new Set<string>();
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    const problem = seen.has(key)
      ? 'is given twice'
      : (problemOfHeaderName(name) ?? problemOfValue(value));
    if (problem !== null) {
      throw new CoreError('INVALID_HEADER', `header "${name}" ${problem}`, `${field}.${name}`);
    }
    seen.add(key);
  }
}

/**
 * A name of events or topics as a header value. Names may be in any script, header values are ASCII:
 * a name with other characters is percent-encoded as UTF-8 (RFC 3986 §2.1), its `%` too, so that
 * `decodeURIComponent` gives it back. Other names stay as they are.
 */
export function encodedName(name: string): string {
  if (PRINTABLE_ASCII.test(name)) return name;
  return [...Buffer.from(name, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      const isPlain = PRINTABLE_ASCII.test(character) && character !== '%';
      return isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** Names are compared without case; later layers win, name and value. */
export function mergeHeaders(...layers: readonly Record<string, string>[]): Record<string, string> {
  const present = layers.filter((layer) => Object.keys(layer).length > 0);
  if (present.length < 2) return present[0] ?? {};
  const merged = new Map<string, [name: string, value: string]>();
  for (const layer of present) {
    for (const [name, value] of Object.entries(layer))
      merged.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(merged.values());
}

/** Lower case. Each request has them, and their values are ours. */
const OUR_NAMES = new Set([
  'content-type',
  'user-agent',
  'x-strapi-event',
  'x-strapi-tags',
  'x-hub-signature-256',
  'traceparent',
  'tracestate',
]);

/** Why a header cannot carry a signature, or null. */
export function problemOfSignatureName(name: string): string | null {
  const problem = problemOfHeaderName(name);
  if (problem !== null) return problem;
  const key = name.toLowerCase();
  const isOurs = OUR_NAMES.has(key) || key.startsWith('upstash-') || key.startsWith('ce-');
  return isOurs ? 'cannot be set: it has another value' : null;
}

/** Whether a request can carry it. */
export const isHeaderValue = (value: string): boolean => problemOfValue(value) === null;

/** Why a header cannot be set, or null. */
export function problemOfHeaderName(name: string): string | null {
  if (!TOKEN.test(name)) return 'is not a valid name: letters, digits and - are safe';
  const key = name.toLowerCase();
  const reason =
    REFUSED_NAMES.get(key) ?? REFUSED_PREFIXES.find(([prefix]) => key.startsWith(prefix))?.[1];
  return reason === undefined ? null : `cannot be set: ${reason}`;
}

function problemOfValue(value: string): string | null {
  if (value.length > MAX_HEADER_VALUE_LENGTH) {
    return `has a value of ${value.length} characters; at most ${MAX_HEADER_VALUE_LENGTH} are allowed`;
  }
  if (/[\r\n\0]/.test(value)) return 'has a line break or NUL in its value';
  if (FORBIDDEN_CHARACTER.test(value)) {
    return 'has a control character, or one outside Latin-1, in its value';
  }
  return null;
}

function named(reason: string, names: readonly string[]): [string, string][] {
  return names.map((name) => [name, reason]);
}
