/** Where the bars of the attempts chart stand, and how high. Pure. */
import type { AttemptTally, Statistics } from '../../../../server/src/panel/contract';

/** From the bottom up. */
export const KINDS = ['delivered', 'failed', 'dead'] as const;
export type Kind = (typeof KINDS)[number];

type Step = Statistics['steps'][number];

export interface Segment {
  kind: Kind;
  y: number;
  height: number;
}

/** One dead letter among thousands of deliveries is still to be seen. */
const MIN_HEIGHT = 3;

export const totalOf = (tally: AttemptTally): number =>
  KINDS.reduce((sum, kind) => sum + tally[kind], 0);

/** The scale's end: 1, 2 or 5 times a power of ten, and nothing below 4. */
export const niceMax = (highest: number): number => {
  if (highest <= 4) return 4;
  const magnitude = 10 ** Math.floor(Math.log10(highest));
  const factor = [1, 2, 5, 10].find((one) => one * magnitude >= highest) ?? 10;
  return factor * magnitude;
};

/** A bar's segments within `height` pixels, stacked from the bottom. */
export const segmentsOf = (step: Step, max: number, height: number): Segment[] => {
  let top = height;
  return KINDS.flatMap((kind) => {
    if (step[kind] === 0) return [];
    const own = Math.max(MIN_HEIGHT, (step[kind] / max) * height);
    top -= own;
    return [{ kind, y: Math.max(0, top), height: own }];
  });
};

/** Of all attempts, in percent; null when there were none. */
export const successPercent = (tally: AttemptTally): number | null => {
  const total = totalOf(tally);
  return total === 0 ? null : (tally.delivered / total) * 100;
};
