/**
 * Reads when a receiver asks to be called again: `Retry-After` and the rate-limit reset headers.
 *
 * Sources: RFC 9110 §10.2.3 for `Retry-After`, RFC 6585 §4 for 429; QStash "Retry"
 * (https://upstash.com/docs/qstash/features/retry) for the other headers and for the notations:
 * seconds, an HTTP date, or a Go duration. Each header may use any of them.
 *
 * Which headers count depends on the status. Rate limiters put their reset headers on every
 * response, so on a 500 they say nothing about when to come back. QStash reads all of them on
 * every failed response; messages that were published over its API keep that.
 *
 * A hint of more than a day is ignored, not capped: many APIs put an epoch instant into
 * `X-RateLimit-Reset`, which read as seconds is decades. Instants in the past are ignored too.
 */
import { MAX_DELAY_MS } from './backoff';
import { parseGoDuration } from './duration';

const STATUS_TOO_MANY_REQUESTS = 429;
const STATUS_UNAVAILABLE = 503;

/** In order of precedence. */
const ALL_HEADERS: readonly string[] = [
  'retry-after',
  'x-ratelimit-reset',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
];

const HEADERS_BY_STATUS: ReadonlyMap<number, readonly string[]> = new Map([
  [STATUS_TOO_MANY_REQUESTS, ALL_HEADERS],
  [STATUS_UNAVAILABLE, ['retry-after']],
]);

/** The parts of a response that may hold a hint. */
export interface HintedResponse {
  status: number;
  /** Names in any case. */
  headers: Record<string, string | string[]>;
}

const SECONDS = /^\d+(\.\d+)?$/;

/** All HTTP dates and no other: `Date.parse` alone would take "7" for the month of July. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;
/** The obsolete asctime form says no zone and means GMT; `Date.parse` would take it as local. */
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * Reads the hint of a failed response: `Retry-After` on 429 and 503, rate-limit headers on 429.
 *
 * @returns the wait in whole ms; undefined when the response gives none.
 */
export const retryAfterMs = (response: HintedResponse, now: number): number | undefined =>
  firstHint(response, HEADERS_BY_STATUS.get(response.status) ?? [], now);

/** Reads the hint of a failed response as QStash does: every header, whatever the status. */
export const qstashRetryAfterMs = (response: HintedResponse, now: number): number | undefined =>
  firstHint(response, ALL_HEADERS, now);

function firstHint(
  { headers }: HintedResponse,
  names: readonly string[],
  now: number
): number | undefined {
  if (names.length === 0) return undefined;
  const values = new Map(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value[0] : value,
    ])
  );
  for (const name of names) {
    const waitMs = parseHint(values.get(name)?.trim() ?? '', now);
    if (waitMs !== undefined && waitMs >= 0 && waitMs <= MAX_DELAY_MS) return Math.round(waitMs);
  }
  return undefined;
}

function parseHint(value: string, now: number): number | undefined {
  if (SECONDS.test(value)) return Number(value) * 1_000;
  if (!HTTP_DATE.test(value)) return parseGoDuration(value);
  const instant = Date.parse(ASCTIME.test(value) ? `${value} GMT` : value);
  return Number.isNaN(instant) ? undefined : instant - now;
}
