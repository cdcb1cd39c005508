import type { Settled } from '../message/message';
import { NO_ANSWER, percentilesOf, rollupsOf, spanOf, stepsOf, tallyOf } from './statistics';
import { HOUR_MS, MINUTE_MS } from '../time';

const NOW = Date.UTC(2026, 0, 15, 12, 34, 56);

const settled = (
  outcome: 'responded' | 'unreachable' | 'timed-out' | 'blocked',
  to: 'delivered' | 'pending' | 'dead',
  durationMs = 120
): Settled =>
  ({
    message: { endpointId: 7 },
    attempt: { outcome: { kind: outcome }, durationMs },
    settlement: { to },
    settledAt: NOW,
  }) as unknown as Settled;

describe('what an attempt adds', () => {
  it('is counted in its minute and in its hour', () => {
    const rollups = rollupsOf(settled('responded', 'delivered'));
    expect(rollups).toEqual([
      {
        grainMs: MINUTE_MS,
        at: Date.UTC(2026, 0, 15, 12, 34),
        endpointId: 7,
        settledAs: 'delivered',
        latencyMs: 150,
        attempts: 1,
      },
      expect.objectContaining({ grainMs: HOUR_MS, at: Date.UTC(2026, 0, 15, 12) }),
    ]);
  });

  it.each([
    ['delivered', 'delivered'],
    ['pending', 'failed'],
    ['dead', 'dead'],
  ] as const)('settled to %s it is %s', (to, settledAs) => {
    expect(rollupsOf(settled('responded', to))[0]).toMatchObject({ settledAs });
  });

  it.each([
    ['responded', 5, 5],
    ['responded', 6, 10],
    ['responded', 9_999_999, 300_000],
    ['timed-out', 30_000, 30_000],
    ['unreachable', 3, NO_ANSWER],
    ['blocked', 0, NO_ANSWER],
  ] as const)('%s after %d ms is of class %d', (outcome, durationMs, latencyMs) => {
    expect(rollupsOf(settled(outcome, 'dead', durationMs))[0]).toMatchObject({ latencyMs });
  });
});

describe('a span', () => {
  it.each([
    ['hour', 60, MINUTE_MS, Date.UTC(2026, 0, 15, 12, 35)],
    ['day', 24, HOUR_MS, Date.UTC(2026, 0, 15, 13)],
    ['week', 28, 6 * HOUR_MS, Date.UTC(2026, 0, 15, 13)],
  ] as const)('%s has %d steps and ends with the one going on now', (range, count, stepMs, to) => {
    const span = spanOf(range, NOW);
    expect(span).toMatchObject({ stepMs, to, from: to - count * stepMs });
    expect(stepsOf(span, [])).toHaveLength(count);
  });

  it('puts rows into their steps, and leaves out what lies beyond', () => {
    const span = spanOf('week', NOW);
    const row = { settledAs: 'failed' as const, attempts: 2 };
    const steps = stepsOf(span, [
      { ...row, at: span.from },
      { ...row, at: span.from + 5 * HOUR_MS },
      { ...row, at: span.from - HOUR_MS },
      { ...row, at: span.to },
    ]);
    expect(steps[0]).toEqual({ at: span.from, delivered: 0, failed: 4, dead: 0 });
    expect(tallyOf(steps.map(({ failed }) => ({ settledAs: 'failed', attempts: failed })))).toEqual(
      { delivered: 0, failed: 4, dead: 0 }
    );
  });
});

describe('percentiles', () => {
  it('are those of the answered attempts alone', () => {
    expect(percentilesOf([])).toBeNull();
    expect(percentilesOf([{ latencyMs: NO_ANSWER, attempts: 5 }])).toBeNull();
    const answered = [{ latencyMs: 100, attempts: 10 }];
    expect(percentilesOf([...answered, { latencyMs: NO_ANSWER, attempts: 1_000 }])).toEqual(
      percentilesOf(answered)
    );
  });

  it('lie within the class their rank falls into', () => {
    const rows = [
      { latencyMs: 100, attempts: 90 },
      { latencyMs: 1_000, attempts: 9 },
      { latencyMs: 30_000, attempts: 1 },
    ];
    const { p50Ms, p95Ms, p99Ms } = percentilesOf(rows)!;
    expect(p50Ms).toBeGreaterThan(75);
    expect(p50Ms).toBeLessThanOrEqual(100);
    expect(p95Ms).toBeGreaterThan(750);
    expect(p95Ms).toBeLessThanOrEqual(1_000);
    expect(p99Ms).toBeLessThanOrEqual(1_000);
  });

  it('are off by no more than a third of the truth, whatever it is', () => {
    for (const durationMs of [1, 7, 33, 180, 640, 1_200, 4_100, 12_000, 59_000]) {
      const rows = Array.from({ length: 100 }, () =>
        rollupsOf(settled('responded', 'delivered', durationMs))
      ).flatMap(([minute]) => minute ?? []);
      const { p50Ms } = percentilesOf(rows)!;
      expect(Math.abs(p50Ms - durationMs)).toBeLessThanOrEqual(Math.max(5, durationMs / 3));
    }
  });
});
