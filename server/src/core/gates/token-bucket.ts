/**
 * A token bucket: fills at a steady rate up to its burst, and each request takes tokens. Pure: the
 * bucket and the time are arguments.
 *
 * Units: `at` and durations in whole milliseconds. `holds` counts sixty-thousandths of a token, so
 * that each millisecond adds a whole number and nothing is lost to rounding.
 */
const ONE = 60_000;

export interface Rate {
  perMinute: number;
  /** Tokens in a full bucket. */
  burst: number;
}

export interface Bucket {
  /** In sixty-thousandths of a token. Negative after a request that took more than there was. */
  holds: number;
  at: number;
}

export interface Taken {
  bucket: Bucket;
  allowed: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Time until a token is available; 0 when one is. */
  waitMs: number;
}

/**
 * Allows a request while at least one token is left, whatever its amount. A request larger than
 * the burst is possible, and delays the next ones.
 *
 * @param before undefined on the first request.
 * @param amount 0 only checks.
 */
export function takeFrom(
  before: Bucket | undefined,
  { perMinute, burst }: Rate,
  amount: number,
  now: number
): Taken {
  const since = before === undefined ? 0 : Math.max(0, now - before.at);
  const full = burst * ONE;
  const held = Math.min(full, (before?.holds ?? full) + since * perMinute);
  const allowed = held >= ONE;
  const holds = allowed ? held - amount * ONE : held;
  return {
    bucket: { holds, at: now },
    allowed,
    remaining: Math.max(0, Math.floor(holds / ONE)),
    waitMs: Math.max(0, Math.ceil((ONE - holds) / perMinute)),
  };
}
