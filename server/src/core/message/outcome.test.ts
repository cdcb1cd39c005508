import * as fc from 'fast-check';

import { STANDARD_LADDER_MS, maxRetriesOf } from '../retry/backoff';
import type { Outcome, RetryPolicy } from './message';
import { settle, type RetryState } from './outcome';

const NOW = 1_700_000_000_000;
const WORLD = { now: NOW, random: 0.5 };

const responded = (status: number, headers: Record<string, string | string[]> = {}): Outcome => ({
  kind: 'responded',
  status,
  headers,
  body: { text: '', encoding: 'utf8' },
  bodyTruncated: false,
});

const state = (overrides: Partial<RetryState> = {}): RetryState => ({
  retried: 0,
  retryPolicy: { kind: 'preset', preset: 'standard' },
  jitter: 0,
  ...overrides,
});

const retryIn = (delayMs: number, retried = 1) => ({
  to: 'pending',
  because: 'retry',
  notBefore: NOW + delayMs,
  retried,
});

it.each([200, 201, 202, 204, 299])('%i is delivered', (status) =>
  expect(settle(responded(status), state(), WORLD)).toEqual({ to: 'delivered' })
);

it.each([100, 199, 300, 301, 308, 400, 401, 404, 408, 429, 489, 500, 503, 599])(
  '%i is tried again on schedule',
  (status) => expect(settle(responded(status), state(), WORLD)).toEqual(retryIn(5_000))
);

it.each<Outcome>([
  { kind: 'unreachable', error: 'ECONNREFUSED' },
  { kind: 'timed-out', error: 'after 30000 ms' },
])('$kind is tried again on schedule', (outcome) =>
  expect(settle(outcome, state({ retried: 1 }), WORLD)).toEqual(retryIn(300_000, 2))
);

it('goes down the whole ladder, then dies', () => {
  const delays: number[] = [];
  let retried = 0;
  for (;;) {
    const settlement = settle(responded(500), state({ retried }), WORLD);
    if (settlement.to !== 'pending') {
      expect(settlement).toEqual({ to: 'dead', because: 'retries-exhausted' });
      break;
    }
    delays.push(settlement.notBefore - NOW);
    retried = settlement.retried;
  }
  expect(delays).toEqual(STANDARD_LADDER_MS);
});

it('makes no retry when there are none to make', () => {
  const retryPolicy: RetryPolicy = { kind: 'preset', preset: 'none' };
  expect(settle(responded(500), state({ retryPolicy }), WORLD)).toEqual({
    to: 'dead',
    because: 'retries-exhausted',
  });
});

it('comes back when the receiver says so, still counting', () => {
  expect(settle(responded(503, { 'retry-after': '7' }), state({ jitter: 1 }), WORLD)).toEqual(
    retryIn(7_000)
  );
  const exhausted = state({ retried: 9 });
  expect(settle(responded(429, { 'retry-after': '7' }), exhausted, WORLD).to).toBe('dead');
});

it('rolls the dice for its spread', () => {
  const settlement = settle(responded(500), state({ jitter: 0.2 }), { now: NOW, random: 0 });
  expect(settlement).toEqual(retryIn(4_000));
});

describe('410', () => {
  it.each([7, undefined])('holds the message of endpoint %s, nothing counted', (endpointId) => {
    expect(settle(responded(410), state({ retried: 9, endpointId }), WORLD)).toEqual({
      to: 'pending',
      because: 'gone',
      notBefore: NOW,
      retried: 9,
    });
  });

  it('from a bare URL is a failure like any other: there is no endpoint to disable', () => {
    expect(settle(responded(410), state({ endpointId: null }), WORLD)).toEqual(retryIn(5_000));
  });
});

describe('489', () => {
  const dead = { to: 'dead', because: 'non-retryable' };

  it.each<[string, string | string[]]>([
    ['Upstash-NonRetryable-Error', 'true'],
    ['upstash-nonretryable-error', 'True'],
    ['UPSTASH-NONRETRYABLE-ERROR', [' true ']],
  ])('with %s: %s stops at once', (name, value) =>
    expect(settle(responded(489, { [name]: value }), state(), WORLD)).toEqual(dead)
  );

  it('needs status and header both', () => {
    const header = { 'Upstash-NonRetryable-Error': 'true' };
    expect(settle(responded(400, header), state(), WORLD)).toEqual(retryIn(5_000));
    const denied = { 'Upstash-NonRetryable-Error': 'false' };
    expect(settle(responded(489, denied), state(), WORLD)).toEqual(retryIn(5_000));
  });
});

it('is not repeated against our own rules', () => {
  expect(
    settle({ kind: 'blocked', error: '10.0.0.1 is a private address' }, state(), WORLD)
  ).toEqual({
    to: 'dead',
    because: 'blocked',
  });
});

it('always gets nearer to an end: delivered, dead, held, or one retry more in at most a day', () => {
  const policies = fc.constantFrom<RetryPolicy>(
    { kind: 'preset', preset: 'standard' },
    { kind: 'preset', preset: 'qstash', maxRetries: 100 },
    { kind: 'list', delaysMs: [1, 2, 3] },
    { kind: 'expression', expression: '1 / retried', maxRetries: 4 }
  );
  const values = fc.oneof(fc.string(), fc.constantFrom('0', '5', '99999999', '1h', 'true'));
  const headers = fc.record(
    { 'retry-after': values, 'x-ratelimit-reset': values, 'upstash-nonretryable-error': values },
    { requiredKeys: [] }
  );
  const outcomes = fc
    .tuple(fc.integer({ min: 100, max: 599 }), headers)
    .map(([s, h]) => responded(s, h));
  fc.assert(
    fc.property(outcomes, policies, fc.nat(120), (outcome, retryPolicy, retried) => {
      const settlement = settle(outcome, state({ retryPolicy, retried }), WORLD);
      if (settlement.to !== 'pending' || settlement.because === 'gone') return;
      expect(settlement.retried).toBe(retried + 1);
      expect(settlement.retried).toBeLessThanOrEqual(maxRetriesOf(retryPolicy));
      expect(settlement.notBefore).toBeGreaterThanOrEqual(NOW);
      expect(settlement.notBefore).toBeLessThanOrEqual(NOW + 86_400_000);
    })
  );
});
