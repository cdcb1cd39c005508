/**
 * How often somebody may do something: a bucket that fills at a steady rate up to its burst, and from
 * which each deed takes. Pure: what the bucket holds, and the time, are arguments.
 *
 * Units: `at` and durations whole milliseconds; what a bucket holds is counted in sixty-thousandths of
 * a deed, so that a millisecond adds a whole number of them and nothing is lost to rounding.
 */
const ONE = 60_000;

export interface Rate {
  perMinute: number;
  /** What a full bucket holds. */
  burst: number;
}

export interface Bucket {
  /** Of sixty-thousandths; below zero after a deed that took more than there was. */
  holds: number;
  at: number;
}

export interface Taken {
  bucket: Bucket;
  allowed: boolean;
  /** Whole ones that are left. */
  remaining: number;
  /** Until one more may be taken; 0 when that is now. */
  waitMs: number;
}

/**
 * Allowed as long as one is left, whatever is taken then: a deed that is larger than the burst is
 * possible, and paid for by waiting afterwards.
 *
 * @param before undefined for somebody who comes for the first time.
 * @param amount 0 only asks.
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
