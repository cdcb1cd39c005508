import * as fc from 'fast-check';

import {
  breakerAfter,
  isLongFailing,
  observationOf,
  stateOfBreaker,
  withProbeTaken,
  type Breaker,
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
    expect(stateOfBreaker(after('fff'), 3)).toBe('closed');
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

  it('is half-open when its time is over', () => {
    expect(stateOfBreaker(open, 1_002)).toBe('open');
    expect(stateOfBreaker(open, 1_003)).toBe('half-open');
  });

  it('closes when a probe succeeds, and has forgotten everything', () =>
    expect(after('w', open, 1_003)).toBeNull());

  it('stays open twice as long after each probe that fails, up to a limit', () => {
    let breaker = open;
    const waits: number[] = [];
    for (let probe = 0; probe < 5; probe += 1) {
      const at = breaker?.open?.until ?? 0;
      breaker = after('f', breaker, at);
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

  it('gives the probe to one, and to the next when that one is not heard of again', () => {
    expect(withProbeTaken(open!, 1_002, 500)).toBeNull();
    const taken = withProbeTaken(open!, 1_003, 500);
    expect(taken?.open).toEqual({ since: 3, until: 1_503, times: 1 });
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
    ['says-nothing', { kind: 'blocked', error: '' }, { to: 'dead', because: 'blocked' }],
    ['says-nothing', responded(489), { to: 'dead', because: 'non-retryable' }],
    ['says-nothing', responded(410), { to: 'pending', because: 'gone', notBefore: 1, retried: 0 }],
  ])('%s: %j, %j', (verdict, outcome, settlement) => {
    const settled = { attempt: { startedAt: 5, outcome }, settlement, settledAt: 9 };
    expect(observationOf(settled as Settled)).toEqual({ startedAt: 5, settledAt: 9, verdict });
  });
});

it('is long failing when nothing was delivered for as long as the policy says', () => {
  expect(isLongFailing(null, 1_000_000, POLICY)).toBe(false);
  expect(isLongFailing(1, 100_000, POLICY)).toBe(false);
  expect(isLongFailing(1, 100_001, POLICY)).toBe(true);
});
