/**
 * What attempts come to over time: counted in steps of time by outcome and by how long the receiver
 * took, so that a chart and percentiles are read from some hundred rows, however many attempts there
 * were.
 */
import type { Settled } from '../message/message';

export const SETTLED_AS = ['delivered', 'failed', 'dead'] as const;
/** `failed`: the attempt did, and there will be another one. `dead`: it was the last. */
export type SettledAs = (typeof SETTLED_AS)[number];

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** Each attempt is counted once in steps of each of these. */
export const GRAINS_MS = [MINUTE_MS, HOUR_MS] as const;

/**
 * Upper bounds of the classes of latency, in ms: a series that grows by about 1.5, so that a
 * percentile, taken within its class, is off by a third at most.
 */
const LATENCY_BOUNDS_MS = [
  5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500,
  10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000,
] as const;
/** Longer than any timeout allows; a percentile within says "this or more". */
const SLOWEST_MS = 300_000;
/** The class of attempts that nobody answered: what they took says nothing about the receiver. */
export const NO_ANSWER = 0;

/** Attempts of one endpoint that ended alike within one step of time. */
export interface Rollup {
  grainMs: number;
  /** The beginning of the step. */
  at: number;
  /** Null: a bare URL. */
  endpointId: number | null;
  settledAs: SettledAs;
  /** The upper bound of its class, or `NO_ANSWER`. */
  latencyMs: number;
  attempts: number;
}

/** What one attempt adds: one to a row of each grain. */
export function rollupsOf({ message, attempt, settlement, settledAt }: Settled): Rollup[] {
  const counted = {
    endpointId: message.endpointId,
    settledAs: settlement.to === 'pending' ? ('failed' as const) : settlement.to,
    latencyMs: latencyClass(attempt),
    attempts: 1,
  };
  return GRAINS_MS.map((grainMs) => ({ ...counted, grainMs, at: floorTo(settledAt, grainMs) }));
}

function latencyClass({ outcome, durationMs }: Settled['attempt']): number {
  const answered = outcome.kind === 'responded' || outcome.kind === 'timed-out';
  if (!answered) return NO_ANSWER;
  return LATENCY_BOUNDS_MS.find((bound) => durationMs <= bound) ?? SLOWEST_MS;
}

export const floorTo = (instant: number, stepMs: number): number =>
  Math.floor(instant / stepMs) * stepMs;

export const RANGES = ['hour', 'day', 'week'] as const;
export type Range = (typeof RANGES)[number];

export interface Span {
  /** Of the rows to read. */
  grainMs: number;
  /** Of the bars to draw: a multiple of it. */
  stepMs: number;
  from: number;
  /** The end of the step that is going on now. */
  to: number;
}

const SHAPES: Record<Range, { grainMs: number; stepMs: number; steps: number }> = {
  hour: { grainMs: MINUTE_MS, stepMs: MINUTE_MS, steps: 60 },
  day: { grainMs: HOUR_MS, stepMs: HOUR_MS, steps: 24 },
  week: { grainMs: HOUR_MS, stepMs: 6 * HOUR_MS, steps: 28 },
};

/** As long as a range shows rows of that grain, and the step that is going on. */
export const keptForMs = (grainMs: number): number =>
  Math.max(
    ...Object.values(SHAPES)
      .filter((shape) => shape.grainMs === grainMs)
      .map(({ stepMs, steps }) => stepMs * steps + grainMs)
  );

export function spanOf(range: Range, now: number): Span {
  const { grainMs, stepMs, steps } = SHAPES[range];
  const to = floorTo(now, grainMs) + grainMs;
  return { grainMs, stepMs, from: to - steps * stepMs, to };
}

export type Tally = Record<SettledAs, number>;

const nothing = (): Tally => ({ delivered: 0, failed: 0, dead: 0 });

type Counted = Pick<Rollup, 'settledAs' | 'attempts'>;

export function tallyOf(rows: readonly Counted[]): Tally {
  const tally = nothing();
  for (const { settledAs, attempts } of rows) tally[settledAs] += attempts;
  return tally;
}

/** Every step of the span, oldest first; those without attempts are there, with zeros. */
export function stepsOf(
  { from, to, stepMs }: Span,
  rows: readonly (Counted & { at: number })[]
): (Tally & { at: number })[] {
  const steps = Array.from({ length: Math.round((to - from) / stepMs) }, (_, index) => ({
    at: from + index * stepMs,
    ...nothing(),
  }));
  for (const { at, settledAs, attempts } of rows) {
    const step = steps[Math.floor((at - from) / stepMs)];
    if (step !== undefined) step[settledAs] += attempts;
  }
  return steps;
}

export interface Percentiles {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/** Of the attempts that were answered; null when none was. */
export function percentilesOf(
  rows: readonly Pick<Rollup, 'latencyMs' | 'attempts'>[]
): Percentiles | null {
  const classes = new Map<number, number>();
  for (const { latencyMs, attempts } of rows) {
    if (latencyMs !== NO_ANSWER) classes.set(latencyMs, (classes.get(latencyMs) ?? 0) + attempts);
  }
  if (classes.size === 0) return null;
  const ascending = [...classes].sort(([a], [b]) => a - b);
  const at = (fraction: number): number => quantile(ascending, fraction);
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** Within its class an attempt is taken to lie where its rank does. */
function quantile(ascending: readonly [bound: number, attempts: number][], fraction: number) {
  const total = ascending.reduce((sum, [, attempts]) => sum + attempts, 0);
  const rank = fraction * total;
  let below = 0;
  for (const [bound, attempts] of ascending) {
    if (below + attempts >= rank) {
      const floor = lowerBound(bound);
      return Math.round(floor + ((rank - below) / attempts) * (bound - floor));
    }
    below += attempts;
  }
  return SLOWEST_MS;
}

function lowerBound(bound: number): number {
  const lower = LATENCY_BOUNDS_MS.filter((candidate) => candidate < bound);
  return lower.at(-1) ?? 0;
}
