import * as fc from 'fast-check';

import {
  breakerAfter,
  healthAfter,
  isLongFailing,
  observationOf,
  withProbeDue,
  withProbeTaken,
  type Breaker,
  type Health,
  type HealthPolicy,
  type Observation,
} from './breaker';
import type { Outcome, Settled, Settlement } from '../message/message';

const POLICY: HealthPolicy = {
  failurePercent: 50,
  minAttempts: 4,
  windowMs: 60_000,
  openMs: 1_000,
  maxOpenMs: 5_000,
  disableAfterMs: 100_000,
};

const seen = (verdict: Observation['verdict'], settledAt: number): Observation => ({
  startedAt: settledAt,
  settledAt,
  verdict,
});
/** `f` failed, `w` well, `-` says nothing; one a millisecond. */
const after = (verdicts: string, breaker: Breaker | null = null, from = 0): Breaker | null =>
  [...verdicts].reduce<Breaker | null>((state, letter, index) => {
    const verdict = letter === 'f' ? 'failed' : letter === 'w' ? 'well' : 'says-nothing';
    return breakerAfter(state, seen(verdict, from + index), POLICY);
  }, breaker);

describe('a closed breaker', () => {
  it('remembers nothing of an endpoint that is well', () => expect(after('wwwwww')).toBeNull());

  it('opens when half of the attempts in a window failed, and not before there are enough', () => {
    expect(after('fff')?.open).toBeNull();
    expect(after('ffff')?.open).toEqual({ since: 3, until: 1_003, times: 1 });
    expect(after('fwfw')?.open).not.toBeNull();
    expect(after('fwww')?.open).toBeNull();
  });

  it('counts from the first failure: what was well before it does not help', () => {
    expect(after('wwwwwwwwffff')?.open).not.toBeNull();
  });

  it('begins again when the window is over', () => {
    const late = after('f', after('fff'), 60_000);
    expect(late).toEqual({ window: { startedAt: 60_000, attempts: 1, failures: 1 }, open: null });
    expect(after('w', after('fff'), 60_000)).toBeNull();
  });

  it('is not moved by what says nothing', () => expect(after('fff---')).toEqual(after('fff')));
});

describe('an open breaker', () => {
  const open = after('ffff');

  it('closes when a probe succeeds, and has forgotten everything', () =>
    expect(after('w', open, 1_003)).toBeNull());

  it('stays open twice as long after each probe that fails, up to a limit', () => {
    let breaker = open;
    const waits: number[] = [];
    for (let probe = 0; probe < 5; probe += 1) {
      const at = breaker?.open?.until ?? 0;
      breaker = after('f', withProbeTaken(breaker!, at, 500), at);
      waits.push((breaker?.open?.until ?? 0) - at);
    }
    expect(waits).toEqual([2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  it('does not care what becomes of requests that were on their way', () => {
    for (const verdict of ['well', 'failed'] as const) {
      const straggler: Observation = { startedAt: 2, settledAt: 900, verdict };
      expect(breakerAfter(open, straggler, POLICY)).toBe(open);
    }
  });

  it('does not wait longer for failures that were claimed before it opened, and sent after', () => {
    expect(after('ffff', open, 4)).toBe(open);
    const probed = withProbeTaken(open!, 1_003, 500)!;
    expect(breakerAfter(probed, { ...seen('failed', 1_010), startedAt: 20 }, POLICY)).toBe(probed);
  });

  it('gives the probe to one, and to the next when that one is not heard of again', () => {
    expect(withProbeTaken(open!, 1_002, 500)).toBeNull();
    const taken = withProbeTaken(open!, 1_003, 500);
    expect(taken?.open).toEqual({ since: 3, until: 1_503, times: 1, probedAt: 1_003 });
    expect(withProbeTaken(taken!, 1_502, 500)).toBeNull();
    expect(withProbeTaken(taken!, 1_503, 500)).not.toBeNull();
  });
});

it('never opens for fewer failures than the policy asks for', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('f', 'w', '-'), { maxLength: 60 }), (verdicts) => {
      const failures = verdicts.filter((verdict) => verdict === 'f').length;
      const breaker = after(verdicts.join(''));
      if (failures * 2 < POLICY.minAttempts) expect(breaker?.open ?? null).toBeNull();
      if (breaker?.open) expect(breaker.open.until).toBeGreaterThan(breaker.open.since);
    })
  );
});

describe('what an attempt says', () => {
  const responded = (status: number): Outcome => ({
    kind: 'responded',
    status,
    headers: {},
    body: { text: '', encoding: 'utf8' },
    bodyTruncated: false,
  });
  const retry: Settlement = { to: 'pending', because: 'retry', notBefore: 1, retried: 1 };

  it.each<[string, Outcome, Settlement]>([
    ['well', responded(204), { to: 'delivered' }],
    ['failed', responded(500), retry],
    ['failed', { kind: 'timed-out', error: '' }, retry],
    ['failed', { kind: 'unreachable', error: '' }, { to: 'dead', because: 'retries-exhausted' }],
    ['failed', { kind: 'blocked', error: '' }, retry],
    ['failed', { kind: 'blocked', error: '' }, { to: 'dead', because: 'blocked' }],
    ['says-nothing', responded(500), { to: 'canceled', because: 'test' }],
    ['says-nothing', responded(489), { to: 'dead', because: 'non-retryable' }],
    ['says-nothing', responded(410), { to: 'pending', because: 'gone', notBefore: 1, retried: 0 }],
  ])('%s: %j, %j', (verdict, outcome, settlement) => {
    const settled = { attempt: { startedAt: 5, outcome }, settlement, settledAt: 9 };
    expect(observationOf(settled as Settled)).toEqual({ startedAt: 5, settledAt: 9, verdict });
  });
});

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const FAILED = { kind: 'unreachable' as const, error: 'connect ECONNREFUSED 10.1.2.3:443' };
const OF_DAYS: HealthPolicy = { ...POLICY, minAttempts: 1_000, disableAfterMs: 5 * DAY_MS };

const settledAs = (settlement: Settlement, at: number, outcome: Outcome = FAILED) =>
  ({ attempt: { startedAt: at, outcome }, settlement, settledAt: at + 10 }) as Settled;
const failedAt = (at: number): Settled =>
  settledAs({ to: 'pending', because: 'retry', notBefore: at, retried: 1 }, at);

const WELL: Health = { firstFailureAt: null, breaker: null };
const healthOf = (its: readonly Settled[], from: Health = WELL): Health =>
  its.reduce((health, one) => healthAfter(health, one, OF_DAYS), from);
const failuresEvery = (stepMs: number, count: number): Settled[] =>
  Array.from({ length: count }, (_, index) => failedAt(index * stepMs));
const isLost = (its: readonly Settled[]): boolean =>
  isLongFailing(healthOf(its), its.at(-1)?.settledAt ?? 0, OF_DAYS);

describe('long failure', () => {
  it('is attempts that failed throughout the span', () => {
    expect(isLost(failuresEvery(12 * HOUR_MS, 10))).toBe(false);
    expect(isLost(failuresEvery(12 * HOUR_MS, 11))).toBe(true);
  });

  it('is not two failures that lie far apart', () => {
    expect(isLost([failedAt(0), failedAt(5 * DAY_MS)])).toBe(false);
    expect(isLost([failedAt(0), failedAt(30 * DAY_MS)])).toBe(false);
  });

  it('is not many failures at both ends of the span with nothing in between', () => {
    const early = failuresEvery(HOUR_MS, 10);
    const late = failuresEvery(HOUR_MS, 10).map((_, index) => failedAt(6 * DAY_MS + index));
    expect(isLost([...early, ...late])).toBe(false);
    expect(healthOf([...early, ...late])).toMatchObject({
      firstFailureAt: 6 * DAY_MS,
      breaker: { streak: { failures: 10 } },
    });
  });

  it('is not a few failures, each within two days of the next', () => {
    expect(isLost(failuresEvery(2 * DAY_MS, 5))).toBe(false);
  });

  it('fits the longest wait of the standard ladder, with its spread', () => {
    expect(isLost(failuresEvery(29 * HOUR_MS, 10))).toBe(true);
  });

  it('starts anew with a delivery', () => {
    const before = failuresEvery(12 * HOUR_MS, 10);
    const delivered = settledAs({ to: 'delivered' }, 5 * DAY_MS);
    expect(healthOf([...before, delivered])).toEqual(WELL);
    expect(isLost([...before, delivered, failedAt(5 * DAY_MS + 1)])).toBe(false);
  });

  it.each<[string, Settlement]>([
    ['a test message', { to: 'canceled', because: 'test' }],
    ['489', { to: 'dead', because: 'non-retryable' }],
    ['410', { to: 'pending', because: 'gone', notBefore: 0, retried: 0 }],
  ])('does not begin with %s', (_, settlement) =>
    expect(healthOf([settledAs(settlement, 0)])).toEqual(WELL)
  );

  it('remembers why the last attempt failed', () => {
    expect(healthOf([failedAt(7)]).breaker?.streak).toEqual({
      failures: 1,
      lastAt: 7,
      lastError: FAILED.error,
    });
  });

  it('begins anew for an endpoint that was made active again', () => {
    const { breaker } = healthOf(failuresEvery(12 * HOUR_MS, 11));
    const resumed = { firstFailureAt: null, breaker: breaker && withProbeDue(breaker) };
    expect(healthOf([failedAt(6 * DAY_MS)], resumed).breaker?.streak?.failures).toBe(1);
  });
});
