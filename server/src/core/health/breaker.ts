/**
 * The health of an endpoint: a circuit breaker, and the streak of failures since the last delivery.
 *
 *     closed ── failure rate over a window ──▶ open ── its time is over ──▶ half-open: one probe
 *        ▲                                       ▲                             │         │
 *        └────────────── it succeeds ────────────┼─────────────────────────────┘         │
 *                                                └────────── it fails, twice as long ────┘
 *
 * While the breaker is open, messages are held: they would use up their retries against a receiver
 * that is known to be down. Counting begins with a failure, so a healthy endpoint costs nothing.
 *
 * An endpoint is disabled when its attempts failed throughout a span of days. Two failures that lie
 * far apart are not enough: there must be several, and never a long time without one.
 *
 * Pure: instants are arguments.
 */
import { failureText } from '../message/failure';
import type { Settled, Settlement } from '../message/message';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../time';

export interface HealthPolicy {
  /** Failure rate within a window at which the breaker opens, percent. */
  failurePercent: number;
  /** Fewer attempts in a window say nothing. */
  minAttempts: number;
  windowMs: number;
  /** How long it is open before the first probe; doubled after each that fails. */
  openMs: number;
  maxOpenMs: number;
  /** Disabled when attempts failed throughout so long a time. */
  disableAfterMs: number;
}

export const DEFAULT_HEALTH_POLICY: HealthPolicy = {
  failurePercent: 50,
  minAttempts: 20,
  windowMs: MINUTE_MS,
  openMs: 30 * SECOND_MS,
  maxOpenMs: 15 * MINUTE_MS,
  disableAfterMs: 5 * DAY_MS,
};

/** Fewer failures do not disable an endpoint, however far apart the first and the last are. */
export const MIN_FAILURES_TO_DISABLE = 10;
/**
 * The longest time between two failures of one streak: two days, so that the longest wait between two
 * retries (a day, and its spread) fits, or half of a longer span.
 */
const MAX_PAUSE_MS = 2 * DAY_MS;

/** Failed attempts in a row: none was delivered in between, and no long time lies between two. */
interface Streak {
  failures: number;
  lastAt: number;
  /** Why the last one failed, for people. */
  lastError: string;
}

export interface Breaker {
  /** Counts since the first failure of this window. */
  window: { startedAt: number; attempts: number; failures: number } | null;
  /**
   * `until`: when the next probe may go. `times`: opened so often without a success between. `probedAt`: when
   * the right to probe was taken.
   */
  open: { since: number; until: number; times: number; probedAt?: number } | null;
  /** Since the endpoint's `firstFailureAt`. */
  streak?: Streak | null;
}

export interface Health {
  /** Start of the streak; null when the last attempt that says something was delivered. */
  firstFailureAt: number | null;
  /** Null: nothing to remember. */
  breaker: Breaker | null;
}

export interface Observation {
  startedAt: number;
  settledAt: number;
  verdict: 'well' | 'failed' | 'says-nothing';
}

/** For people; null while messages go out as they come. */
export const breakerView = (breaker: Breaker | null) =>
  breaker?.open ? { since: breaker.open.since, nextProbeAt: breaker.open.until } : null;

/** Why the last attempt of the streak failed, for people. */
export const lastErrorOf = (breaker: Breaker | null): string | null =>
  breaker?.streak?.lastError ?? null;

/**
 * Evaluates an attempt for its endpoint's health. Not counted: a receiver that asks not to repeat the request
 * (489) or says that it is gone (410), and a test message that failed. A request that was blocked is
 * a failure: its messages wait until somebody corrects the address or the configuration.
 */
export function observationOf({ attempt, settlement, settledAt }: Settled): Observation {
  const { startedAt } = attempt;
  return { startedAt, settledAt, verdict: verdictOf(settlement) };
}

function verdictOf(settlement: Settlement): Observation['verdict'] {
  switch (settlement.to) {
    case 'delivered':
      return 'well';
    case 'canceled':
      return 'says-nothing';
    case 'dead':
      return settlement.because === 'non-retryable' ? 'says-nothing' : 'failed';
    case 'pending':
      return settlement.because === 'gone' ? 'says-nothing' : 'failed';
  }
}

/** The endpoint's health after one more attempt. */
export function healthAfter(
  { firstFailureAt, breaker }: Health,
  settled: Settled,
  policy: HealthPolicy
): Health {
  const seen = observationOf(settled);
  const next = breakerAfter(breaker, seen, policy);
  switch (seen.verdict) {
    case 'says-nothing':
      return { firstFailureAt, breaker };
    case 'well':
      return { firstFailureAt: null, breaker: next && { window: next.window, open: next.open } };
    case 'failed': {
      const before = firstFailureAt === null ? null : (breaker?.streak ?? null);
      const pause = seen.startedAt - (before?.lastAt ?? -Infinity);
      const goesOn = pause <= Math.max(MAX_PAUSE_MS, policy.disableAfterMs / 2);
      const streak: Streak = {
        failures: (goesOn ? (before?.failures ?? 0) : 0) + 1,
        lastAt: seen.startedAt,
        lastError: failureText(settled.attempt.outcome),
      };
      return {
        firstFailureAt: goesOn ? firstFailureAt : seen.startedAt,
        breaker: { window: null, open: null, ...next, streak },
      };
    }
  }
}

export function breakerAfter(
  breaker: Breaker | null,
  seen: Observation,
  policy: HealthPolicy
): Breaker | null {
  if (seen.verdict === 'says-nothing') return breaker;
  if (breaker !== null && breaker.open !== null) return afterProbe(breaker, seen, policy);
  return afterAttempt(breaker?.window ?? null, seen, policy);
}

/** For an endpoint that is disabled: when it is made active again, a probe goes first. */
export const withProbeFirst = (breaker: Breaker | null, at: number): Breaker => ({
  ...breaker,
  window: null,
  open: breaker?.open ?? { since: at, until: at, times: 1 },
});

/** For an endpoint that is made active again: the next probe need not wait, and the streak starts anew. */
export const withProbeDue = ({ open, window }: Breaker): Breaker => ({
  window,
  open: open && { ...open, until: 0 },
});

/** Takes the right to probe: nobody else has it before `leaseMs` are over. */
export function withProbeTaken(breaker: Breaker, now: number, leaseMs: number): Breaker | null {
  const { open } = breaker;
  if (open === null || open.until > now) return null;
  return { ...breaker, open: { ...open, until: now + leaseMs, probedAt: now } };
}

/** Have attempts failed throughout so long a time that the endpoint is to be disabled? */
export const isLongFailing = (
  { firstFailureAt, breaker }: Health,
  now: number,
  policy: HealthPolicy
): boolean =>
  firstFailureAt !== null &&
  now - firstFailureAt >= policy.disableAfterMs &&
  (breaker?.streak?.failures ?? 0) >= MIN_FAILURES_TO_DISABLE;

/**
 * Ignores attempts that began before it opened, and failures that are no probe: what was claimed before it opened
 * still goes out in the moments after, and each would double the wait.
 */
function afterProbe(breaker: Breaker, seen: Observation, policy: HealthPolicy): Breaker | null {
  const { open } = breaker;
  if (open === null || seen.startedAt < open.since) return breaker;
  if (seen.verdict === 'well') return null;
  if (seen.startedAt < (open.probedAt ?? Infinity)) return breaker;
  return opened(seen.settledAt, open.times + 1, policy);
}

function afterAttempt(
  before: Breaker['window'],
  { verdict, settledAt }: Observation,
  policy: HealthPolicy
): Breaker | null {
  const running = before !== null && before.startedAt + policy.windowMs > settledAt ? before : null;
  const failed = verdict === 'failed' ? 1 : 0;
  if (running === null && failed === 0) return null;
  const { startedAt, attempts, failures } = running ?? {
    startedAt: settledAt,
    attempts: 0,
    failures: 0,
  };
  const window = { startedAt, attempts: attempts + 1, failures: failures + failed };
  const isFailing =
    window.attempts >= policy.minAttempts &&
    window.failures * 100 >= policy.failurePercent * window.attempts;
  return isFailing ? opened(settledAt, 1, policy) : { window, open: null };
}

function opened(at: number, times: number, { openMs, maxOpenMs }: HealthPolicy): Breaker {
  const forMs = Math.min(openMs * 2 ** (times - 1), maxOpenMs);
  return { window: null, open: { since: at, until: at + forMs, times } };
}
