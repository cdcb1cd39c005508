/**
 * Splits the request target of the QStash API.
 *
 * A destination is the undecoded rest of the target, query included: `/publish/https://x.com/a?b=c`. It is
 * replaced with a placeholder, which the router can match. Proxies that merge slashes (nginx,
 * `merge_slashes on`) turn `https://x` into `https:/x`: the slash is restored.
 */
import { isStorable, UNSTORABLE_TEXT } from '../../core/safety/text';
import { QstashError } from './error';

/** Replaces the destination or flow-control key in the path. */
export const PLACEHOLDER = '-';

export interface RequestTarget {
  /** Begins with `/v2`. */
  path: string;
  /** The destination or flow-control key, undecoded. */
  subject?: string;
  /** Undecoded, with its `?`; may be empty. */
  query: string;
}

export type QueryPair = readonly [name: string, value: string];

const TOKEN_KEY = 'qstash_token';
const OPTION_PREFIX = 'upstash-';

/** `/v1/publish` is an alias that Upstash's first articles use. */
const VERSION = /^\/(?:v2(?=\/|$)|v1(?=\/publish\/))/;
/** Anything else that is posted to `/schedules/` is a destination. */
const SCHEDULE_CALL = /^\/schedules\/[\w.-]+\/(?:pause|resume)$/;
const MERGED_SLASHES = /^(https?:)\/(?=[^/])/i;

/**
 * @param target what follows the plugin's prefix: `/v2/publish/https://x.com?a=b`.
 * @returns null for a path outside this API.
 */
export function parseRequestTarget(method: string, target: string): RequestTarget | null {
  const mark = target.indexOf('?');
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark);
  const version = VERSION.exec(rawPath)?.[0];
  if (version === undefined) return null;
  return { ...route(method, rawPath.slice(version.length)), query };
}

function route(method: string, path: string): Omit<RequestTarget, 'query'> {
  const found =
    cut(path, /^(\/publish\/)(.+)$/s) ??
    cut(path, /^(\/enqueue\/[^/]+\/)(.+)$/s) ??
    (method === 'POST' && !SCHEDULE_CALL.test(path) ? cut(path, /^(\/schedules\/)(.+)$/s) : null) ??
    (method === 'POST'
      ? cut(path, /^(\/flowControl\/)(.+)(\/\w+\/?)$/s)
      : cut(path, /^(\/flowControl\/)(.+)$/s));
  if (found === null) return { path: `/v2${withoutLastSlash(path)}` };
  const subject = found.subject.replace(MERGED_SLASHES, '$1//');
  return { path: `/v2${withoutLastSlash(found.path)}`, subject };
}

function cut(path: string, pattern: RegExp): { path: string; subject: string } | null {
  const [, before, subject, after = ''] = pattern.exec(path) ?? [];
  if (before === undefined || subject === undefined) return null;
  return { path: `${before}${PLACEHOLDER}${after}`, subject };
}

/** Upstash's documentation writes some paths with a trailing slash. */
const withoutLastSlash = (path: string): string => path.replace(/\/$/, '');

/** @throws QstashError 400 for broken percent-encoding. */
export function parseQuery(query: string): QueryPair[] {
  return parts(query).map((part) => [formDecode(rawNameOf(part)), valueOf(part)] as const);
}

/**
 * Removes options from a query. The rest belongs to the destination, and is not re-encoded.
 *
 * @throws QstashError 400 for broken percent-encoding in an option.
 */
export function takeOptions(query: string): { options: QueryPair[]; rest: string } {
  const { taken, rest } = take(query, (name) => name.startsWith(OPTION_PREFIX));
  return { options: taken.map((part) => [rawNameOf(part), valueOf(part)] as const), rest };
}

/** Removes the token, which services that can only configure a URL pass in the query. */
export function takeToken(query: string): { token: string | null; rest: string } {
  const { taken, rest } = take(query, (name) => name === TOKEN_KEY);
  const [token] = taken;
  return { token: token === undefined ? null : valueOf(token), rest };
}

function take(query: string, isOurs: (rawName: string) => boolean) {
  const all = parts(query);
  const taken = all.filter((part) => isOurs(rawNameOf(part)));
  if (taken.length === 0) return { taken, rest: query };
  const others = all.filter((part) => !isOurs(rawNameOf(part)));
  return { taken, rest: others.length === 0 ? '' : `?${others.join('&')}` };
}

/** @throws QstashError 400 for broken percent-encoding, and for characters that no database stores. */
export function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new QstashError(400, `invalid percent-encoding: ${text.slice(0, 100)}`);
  }
  if (isStorable(decoded)) return decoded;
  throw new QstashError(400, `invalid text: it ${UNSTORABLE_TEXT}`);
}

const parts = (query: string): string[] =>
  query
    .slice(1)
    .split('&')
    .filter((part) => part !== '');

const rawNameOf = (part: string): string => part.split('=', 1)[0] ?? '';

function valueOf(part: string): string {
  const mark = part.indexOf('=');
  return mark === -1 ? '' : formDecode(part.slice(mark + 1));
}

const formDecode = (text: string): string => decode(text.replaceAll('+', ' '));
