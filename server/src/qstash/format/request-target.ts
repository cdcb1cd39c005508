/**
 * The request target of a v2 call, taken apart.
 *
 * A destination is the raw rest of the target, query included: `/publish/https://x.com/a?b=c`. A
 * router would decode it, lose its query, and trip over its slashes; so it is cut out here and the
 * router gets a placeholder. Proxies that merge slashes (nginx, `merge_slashes on`) make `https:/x`
 * of `https://x`: the slash is put back.
 */
import { isStorable, UNSTORABLE_TEXT } from '../../core/safety/text';
import { QstashError } from './error';

/** Stands in the router's path where something of the caller's stood. */
export const PLACEHOLDER = '-';

export interface RequestTarget {
  /** For the router, from `/v2` on. */
  path: string;
  /** The destination or flow-control key as it was written; undefined where a call has none. */
  subject?: string;
  /** With its `?`, as it was written; empty when there is none. */
  query: string;
}

export type QueryPair = readonly [name: string, value: string];

const TOKEN_KEY = 'qstash_token';
const OPTION_PREFIX = 'upstash-';

/** `/v1/publish` is what Upstash's first articles used; it means the same. */
const VERSION = /^\/(?:v2(?=\/|$)|v1(?=\/publish\/))/;
/** A schedule's own calls; everything else that is posted there is a destination. */
const SCHEDULE_CALL = /^\/schedules\/[\w.-]+\/(?:pause|resume)$/;
const MERGED_SLASHES = /^(https?:)\/(?=[^/])/i;

/**
 * @param target what follows the plugin's prefix: `/v2/publish/https://x.com?a=b`.
 * @returns null when it is no call of this API.
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

/** The real API's documentation writes some paths with one. */
const withoutLastSlash = (path: string): string => path.replace(/\/$/, '');

/** @throws QstashError 400 for broken percent-encoding. */
export function parseQuery(query: string): QueryPair[] {
  return parts(query).map((part) => [formDecode(rawNameOf(part)), valueOf(part)] as const);
}

/**
 * Takes out what is meant for us: options as lower-case keys. What is left belongs to the
 * destination, exactly as it was written.
 *
 * @throws QstashError 400 for broken percent-encoding in an option.
 */
export function takeOptions(query: string): { options: QueryPair[]; rest: string } {
  const { taken, rest } = take(query, (name) => name.startsWith(OPTION_PREFIX));
  return { options: taken.map((part) => [rawNameOf(part), valueOf(part)] as const), rest };
}

/** The token given by query, for services that can only set a URL; and the query without it. */
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

/** @throws QstashError 400 for broken percent-encoding, and for a NUL, which no database text can hold. */
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
