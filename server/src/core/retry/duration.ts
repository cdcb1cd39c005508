/**
 * Durations as people write them: QStash's `1d10h30m` in options, Go's `6m5s` in response headers.
 *
 * Two grammars, because their edges differ: an option is somebody's input and is refused when wrong;
 * a header is a stranger's hint and is ignored when it cannot be read. Results are milliseconds.
 */
import { CoreError } from '../errors';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time';

const OPTION_UNITS_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/** https://pkg.go.dev/time#ParseDuration. Go accepts both the micro sign and the Greek mu. */
const GO_UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
};

const AMOUNT = '(?:\\d+(?:\\.\\d*)?|\\.\\d+)';
const BARE_SECONDS = new RegExp(`^${AMOUNT}$`);
const OPTION_PART = new RegExp(`(${AMOUNT})([smhd])`, 'gy');
const GO_PART = new RegExp(`(${AMOUNT})(ns|us|µs|μs|ms|s|m|h)`, 'gy');

/** Longer texts are no durations; bounds the work. */
const MAX_LENGTH = 64;

/**
 * An option's duration: `50s`, `3m`, `1d10h30m`; a bare number is seconds.
 *
 * @returns whole milliseconds.
 * @throws CoreError `INVALID_DURATION`.
 */
export function parseDuration(text: string, field?: string): number {
  const trimmed = text.trim();
  const durationMs = BARE_SECONDS.test(trimmed)
    ? Number(trimmed) * SECOND_MS
    : sumParts(trimmed, OPTION_PART, OPTION_UNITS_MS);
  if (durationMs === undefined || !Number.isSafeInteger(Math.round(durationMs))) {
    throw new CoreError(
      'INVALID_DURATION',
      `"${trimmed.slice(0, MAX_LENGTH)}" is not a duration: write numbers with units s, m, h, d, such as 50s or 1h30m`,
      field
    );
  }
  return Math.round(durationMs);
}

/** Go's notation without a sign: `6m5s`, `1.5h`, `250ms`. @returns ms, perhaps a fraction; undefined when it is something else. */
export function parseGoDuration(text: string): number | undefined {
  return sumParts(text.trim(), GO_PART, GO_UNITS_MS);
}

function sumParts(
  text: string,
  part: RegExp,
  unitsMs: Readonly<Record<string, number>>
): number | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let totalMs = 0;
  let consumed = 0;
  for (const [whole, amount, unit] of text.matchAll(part)) {
    totalMs += Number(amount) * (unitsMs[unit ?? ''] ?? NaN);
    consumed += whole.length;
  }
  // The expressions are sticky: what did not match is at the end, or everything.
  return consumed > 0 && consumed === text.length ? totalMs : undefined;
}
