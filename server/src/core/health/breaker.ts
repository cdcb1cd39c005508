/**
 * How well an endpoint is: a circuit breaker, and since when nothing has been delivered.
 *
 *     closed ── failure rate over a window ──▶ open ── its time is over ──▶ half-open: one probe
 *        ▲                                       ▲                             │         │
 *        └────────────── it succeeds ────────────┼─────────────────────────────┘         │
 *                                                └────────── it fails, twice as long ────┘
 *
 * While it is open its messages are held, not burnt: they would use up their retries against a
 * receiver that is known to be ill. Counting begins with a failure: an endpoint that is well costs
 * nothing. Pure: instants are arguments.
 */
import type { Settled } from '../message/message';

export interface HealthPolicy {
  /** Failure rate within a window at which the breaker opens, percent. */
  failurePercent: number;
  /** Fewer attempts in a window say nothing. */
  minAttempts: number;
  windowMs: number;
  /** How long it is open before the first probe; doubled after each that fails. */
  openMs: number;
  maxOpenMs: number;
  /** Disabled when nothing was delivered for so long. */
  disableAfterMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const DEFAULT_HEALTH_POLICY: HealthPolicy = {
  failurePercent: 50,
  minAttempts: 20,
  windowMs: MINUTE_MS,
  openMs: 30 * SECOND_MS,
  maxOpenMs: 15 * MINUTE_MS,
  disableAfterMs: 5 * DAY_MS,
};

export interface Breaker {
  /** What has been counted since the first failure of this window. */
  window: { startedAt: number; attempts: number; failures: number } | null;
  /** `until`: when the next probe may go. `times`: opened so often without a success between. */
  open: { since: number; until: number; times: number } | null;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface Health {
  firstFailureAt: number | null;
  /** Null: nothing to remember. */
  breaker: Breaker | null;
}

export interface Observation {
  startedAt: number;
  settledAt: number;
  verdict: 'well' | 'failed' | 'says-nothing';
}

export const stateOfBreaker = (breaker: Breaker | null, now: number): BreakerState => {
  if (breaker === null || breaker.open === null) return 'closed';
  return breaker.open.until > now ? 'open' : 'half-open';
};

/** For people; null while messages go out as they come. */
export const breakerView = (breaker: Breaker | null) =>
  breaker?.open ? { since: breaker.open.since, nextProbeAt: breaker.open.until } : null;

/** What an attempt says about its endpoint. A request that we blocked, or were told not to repeat, says nothing. */
export function observationOf({ attempt, settlement, settledAt }: Settled): Observation {
  const { startedAt, outcome } = attempt;
  const deliberate = settlement.to === 'dead' && settlement.because === 'non-retryable';
  const gone = settlement.to === 'pending' && settlement.because === 'gone';
  if (settlement.to === 'delivered') return { startedAt, settledAt, verdict: 'well' };
  const silent = outcome.kind === 'blocked' || deliberate || gone;
  return { startedAt, settledAt, verdict: silent ? 'says-nothing' : 'failed' };
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

/** For what was held for another reason: the next attempt is a probe. */
export const breakerOpenedAt = (at: number): Breaker => ({
  window: null,
  open: { since: at, until: at, times: 1 },
});

/** Makes the next probe due immediately, when an administrator enables the endpoint again. */
export const withProbeDue = ({ open, ...rest }: Breaker): Breaker => ({
  ...rest,
  open: open && { ...open, until: 0 },
});

/** Takes the right to probe: nobody else has it before `leaseMs` are over. */
export function withProbeTaken(breaker: Breaker, now: number, leaseMs: number): Breaker | null {
  const { open } = breaker;
  if (open === null || open.until > now) return null;
  return { ...breaker, open: { ...open, until: now + leaseMs } };
}

/** Has nothing been delivered for so long that somebody should look? */
export const isLongFailing = (firstFailureAt: number | null, now: number, policy: HealthPolicy) =>
  firstFailureAt !== null && now - firstFailureAt >= policy.disableAfterMs;

/** What was on its way before it opened is no probe, whatever became of it. */
function afterProbe(breaker: Breaker, seen: Observation, policy: HealthPolicy): Breaker | null {
  const { open } = breaker;
  if (open === null || seen.startedAt < open.since) return breaker;
  return seen.verdict === 'well' ? null : opened(seen.settledAt, open.times + 1, policy);
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
  const isIll =
    window.attempts >= policy.minAttempts &&
    window.failures * 100 >= policy.failurePercent * window.attempts;
  return isIll ? opened(settledAt, 1, policy) : { window, open: null };
}

function opened(at: number, times: number, { openMs, maxOpenMs }: HealthPolicy): Breaker {
  const forMs = Math.min(openMs * 2 ** (times - 1), maxOpenMs);
  return { window: null, open: { since: at, until: at + forMs, times } };
}
