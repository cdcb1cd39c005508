/**
 * When a receiver asks to be called again: `Retry-After` and the rate-limit reset headers.
 *
 * Sources: RFC 9110 §10.2.3 for `Retry-After`; QStash "Retry"
 * (https://upstash.com/docs/qstash/features/retry) for the others and for the notations: seconds, an
 * HTTP date, or a Go duration. Each header may use any of them.
 *
 * A hint of more than a day is ignored, not capped: many APIs put an epoch instant into
 * `X-RateLimit-Reset`, which read as seconds is decades. So are instants in the past.
 */
import { MAX_DELAY_MS } from './backoff';
import { parseGoDuration } from './duration';

/** In order of precedence. */
const HINT_HEADERS = [
  'retry-after',
  'x-ratelimit-reset',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
] as const;

const SECONDS = /^\d+(\.\d+)?$/;

/** All HTTP dates and no other: `Date.parse` alone would take "7" for the month of July. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;
/** The obsolete asctime form says no zone and means GMT; `Date.parse` would take it as local. */
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * @param headers of the response; names in any case.
 * @returns the wait in whole ms, 0 meaning at once; undefined when nothing usable was said.
 */
export function retryAfterMs(
  headers: Record<string, string | string[]>,
  now: number
): number | undefined {
  const values = new Map(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value[0] : value,
    ])
  );
  for (const name of HINT_HEADERS) {
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
