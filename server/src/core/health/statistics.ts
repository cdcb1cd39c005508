/**
 * Attempts over time, counted in time steps by outcome and latency class. A chart and its
 * percentiles are read from a few hundred rows, however many attempts there were.
 */
import type { Settled } from '../message/message';
import { HOUR_MS, MINUTE_MS } from '../time';

export const SETTLED_AS = ['delivered', 'failed', 'dead'] as const;
/** `failed`: the attempt failed and another may follow. `dead`: it was the message's last. */
export type SettledAs = (typeof SETTLED_AS)[number];

/** Each attempt is counted once per grain. */
export const GRAINS_MS = [MINUTE_MS, HOUR_MS] as const;

/**
 * Upper bounds of the latency classes, ms. They grow by a factor of about 1.5, so a percentile is
 * accurate to one third.
 */
const LATENCY_BOUNDS_MS = [
  5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500,
  10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000,
] as const;
/** Longer than any timeout. A percentile in this class means "at least this". */
const SLOWEST_MS = 300_000;
/** The class of attempts without a response. Their duration says nothing about the receiver. */
export const NO_ANSWER = 0;

/** Attempts of one endpoint with the same result within one time step. */
export interface Rollup {
  grainMs: number;
  /** Start of the step. */
  at: number;
  /** Null: messages to bare URLs. */
  endpointId: number | null;
  settledAs: SettledAs;
  /** Upper bound of the latency class, or `NO_ANSWER`. */
  latencyMs: number;
  attempts: number;
}

/** @returns what one attempt adds: one to a row of each grain. */
export function rollupsOf({ message, attempt, settlement, settledAt }: Settled): Rollup[] {
  const counted = {
    endpointId: message.endpointId,
    settledAs: settledAsOf(settlement),
    latencyMs: latencyClass(attempt),
    attempts: 1,
  };
  return GRAINS_MS.map((grainMs) => ({ grainMs, at: floorTo(settledAt, grainMs), ...counted }));
}

function settledAsOf({ to }: Settled['settlement']): SettledAs {
  return to === 'delivered' || to === 'dead' ? to : 'failed';
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
  /** Step of the rows to read. */
  grainMs: number;
  /** Step of the bars to draw: a multiple of `grainMs`. */
  stepMs: number;
  from: number;
  /** End of the current step. */
  to: number;
}

const SHAPES: Record<Range, { grainMs: number; stepMs: number; steps: number }> = {
  hour: { grainMs: MINUTE_MS, stepMs: MINUTE_MS, steps: 60 },
  day: { grainMs: HOUR_MS, stepMs: HOUR_MS, steps: 24 },
  week: { grainMs: HOUR_MS, stepMs: 6 * HOUR_MS, steps: 28 },
};

/** How long rows of a grain are kept: the longest range that shows them, and the current step. */
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

/** Every step of the range, oldest first, including steps without attempts. */
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

/** Percentiles of attempts with a response, or null when there are none. */
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

/** Interpolates linearly within a latency class. */
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
