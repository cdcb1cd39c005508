import * as fc from 'fast-check';

import { STANDARD_LADDER_MS, maxRetriesOf } from '../retry/backoff';
import type { Outcome, RetryPolicy } from './message';
import { settlementAfter, type RetryState } from './outcome';

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
  expect(settlementAfter(responded(status), state(), WORLD)).toEqual({ to: 'delivered' })
);

it.each([100, 199, 300, 301, 308, 400, 401, 404, 408, 429, 489, 500, 503, 599])(
  '%i is tried again on schedule',
  (status) => expect(settlementAfter(responded(status), state(), WORLD)).toEqual(retryIn(5_000))
);

it.each<Outcome>([
  { kind: 'unreachable', error: 'ECONNREFUSED' },
  { kind: 'timed-out', error: 'after 30000 ms' },
])('$kind is tried again on schedule', (outcome) =>
  expect(settlementAfter(outcome, state({ retried: 1 }), WORLD)).toEqual(retryIn(300_000, 2))
);

it('goes down the whole ladder, then dies', () => {
  const delays: number[] = [];
  let retried = 0;
  for (;;) {
    const settlement = settlementAfter(responded(500), state({ retried }), WORLD);
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
  expect(settlementAfter(responded(500), state({ retryPolicy }), WORLD)).toEqual({
    to: 'dead',
    because: 'retries-exhausted',
  });
});

describe('a hint', () => {
  const RETRY_AFTER = { 'retry-after': '7' };
  const RESET = { 'x-ratelimit-reset': '7' };
  const later = (seconds: number) => ({ 'retry-after': String(seconds) });

  it('lengthens the wait, still counting', () => {
    expect(settlementAfter(responded(503, later(60)), state(), WORLD)).toEqual(retryIn(60_000));
    expect(settlementAfter(responded(429, later(60)), state({ retried: 9 }), WORLD).to).toBe(
      'dead'
    );
  });

  it.each([0, 1, 4])('of %i s does not shorten it', (seconds) =>
    expect(settlementAfter(responded(503, later(seconds)), state(), WORLD)).toEqual(retryIn(5_000))
  );

  it('counts by its status: Retry-After on 429 and 503, rate-limit headers on 429', () => {
    expect(settlementAfter(responded(429, RETRY_AFTER), state(), WORLD)).toEqual(retryIn(7_000));
    expect(settlementAfter(responded(503, RETRY_AFTER), state(), WORLD)).toEqual(retryIn(7_000));
    expect(settlementAfter(responded(500, RETRY_AFTER), state(), WORLD)).toEqual(retryIn(5_000));
    expect(settlementAfter(responded(429, RESET), state(), WORLD)).toEqual(retryIn(7_000));
    expect(settlementAfter(responded(503, RESET), state(), WORLD)).toEqual(retryIn(5_000));
    expect(settlementAfter(responded(500, RESET), state(), WORLD)).toEqual(retryIn(5_000));
  });

  it.each([
    [500, { 'x-ratelimit-reset': '1' }],
    [500, { 'x-ratelimit-reset-requests': '1s' }],
    [503, { 'retry-after': '0' }],
    [429, { 'retry-after': '0' }],
    [429, { 'x-ratelimit-reset-tokens': '20ms' }],
  ])('of %i with %j never makes an endpoint give up before its ladder ends', (status, headers) => {
    let waitedMs = 0;
    for (let retried = 0; ; retried += 1) {
      const settlement = settlementAfter(responded(status, headers), state({ retried }), WORLD);
      if (settlement.to !== 'pending') break;
      waitedMs += settlement.notBefore - NOW;
    }
    expect(waitedMs).toBe(STANDARD_LADDER_MS.reduce((sum, delayMs) => sum + delayMs, 0));
  });

  it('replaces the schedule of what was published over the QStash API, with a floor', () => {
    const published = state({
      followsQStash: true,
      retryPolicy: { kind: 'preset', preset: 'qstash' },
    });
    expect(settlementAfter(responded(500, RESET), published, WORLD)).toEqual(retryIn(7_000));
    expect(settlementAfter(responded(500, later(0)), published, WORLD)).toEqual(retryIn(1_000));
  });
});

describe('a test message', () => {
  it.each<Outcome>([
    responded(500),
    responded(410),
    responded(302, { location: '/new' }),
    { kind: 'unreachable', error: '' },
    { kind: 'blocked', error: '' },
  ])('is canceled when it fails: %j', (outcome) =>
    expect(settlementAfter(outcome, state({ isTest: true, endpointId: 7 }), WORLD)).toEqual({
      to: 'canceled',
      because: 'test',
    })
  );

  it('is delivered like any other', () =>
    expect(settlementAfter(responded(200), state({ isTest: true }), WORLD)).toEqual({
      to: 'delivered',
    }));
});

it('rolls the dice for its spread', () => {
  const settlement = settlementAfter(responded(500), state({ jitter: 0.2 }), {
    now: NOW,
    random: 0,
  });
  expect(settlement).toEqual(retryIn(4_000));
});

describe('410', () => {
  it.each([7, undefined])('holds the message of endpoint %s, nothing counted', (endpointId) => {
    expect(settlementAfter(responded(410), state({ retried: 9, endpointId }), WORLD)).toEqual({
      to: 'pending',
      because: 'gone',
      notBefore: NOW,
      retried: 9,
    });
  });

  it('from a bare URL is a failure like any other: there is no endpoint to disable', () => {
    expect(settlementAfter(responded(410), state({ endpointId: null }), WORLD)).toEqual(
      retryIn(5_000)
    );
  });
});

describe('489', () => {
  const dead = { to: 'dead', because: 'non-retryable' };

  it.each<[string, string | string[]]>([
    ['Upstash-NonRetryable-Error', 'true'],
    ['upstash-nonretryable-error', 'True'],
    ['UPSTASH-NONRETRYABLE-ERROR', [' true ']],
  ])('with %s: %s stops at once', (name, value) =>
    expect(settlementAfter(responded(489, { [name]: value }), state(), WORLD)).toEqual(dead)
  );

  it('needs status and header both', () => {
    const header = { 'Upstash-NonRetryable-Error': 'true' };
    expect(settlementAfter(responded(400, header), state(), WORLD)).toEqual(retryIn(5_000));
    const denied = { 'Upstash-NonRetryable-Error': 'false' };
    expect(settlementAfter(responded(489, denied), state(), WORLD)).toEqual(retryIn(5_000));
  });
});

describe('final statuses', () => {
  const finalStatuses = [404, 410, 422];
  const dead = { to: 'dead', because: 'non-retryable' };

  it.each(finalStatuses)('%i is dead at once, whatever the endpoint', (status) => {
    const after = (endpointId: number | null) =>
      settlementAfter(responded(status), state({ finalStatuses, endpointId }), WORLD);
    expect([after(7), after(null)]).toEqual([dead, dead]);
  });

  it('leaves other statuses to the schedule, and a test message canceled', () => {
    const settle = (status: number, isTest = false) =>
      settlementAfter(responded(status), state({ finalStatuses, isTest }), WORLD);
    expect(settle(400)).toEqual(retryIn(5_000));
    expect(settle(404, true)).toEqual({ to: 'canceled', because: 'test' });
  });
});

it('is retried by the schedule when it was blocked, then dies of that', () => {
  const outcome: Outcome = { kind: 'blocked', error: 'shop.test resolves to 10.0.0.1' };
  expect(settlementAfter(outcome, state(), WORLD)).toEqual(retryIn(5_000));
  expect(settlementAfter(outcome, state({ retried: 9 }), WORLD)).toEqual({
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
    fc.property(
      outcomes,
      policies,
      fc.nat(120),
      fc.boolean(),
      (outcome, retryPolicy, retried, followsQStash) => {
        const settlement = settlementAfter(
          outcome,
          state({ retryPolicy, retried, followsQStash }),
          WORLD
        );
        if (settlement.to !== 'pending' || settlement.because === 'gone') return;
        expect(settlement.retried).toBe(retried + 1);
        expect(settlement.retried).toBeLessThanOrEqual(maxRetriesOf(retryPolicy));
        expect(settlement.notBefore).toBeGreaterThanOrEqual(NOW);
        expect(settlement.notBefore).toBeLessThanOrEqual(NOW + 86_400_000);
      }
    )
  );
});
