/** Geometry of the attempts chart. Pure. */
import type { AttemptTally, Statistics } from '../../../../server/src/panel/contract';

/** Order of the segments, from the bottom up. */
export const KINDS = ['delivered', 'failed', 'dead'] as const;
export type Kind = (typeof KINDS)[number];

type Step = Statistics['steps'][number];

export interface Segment {
  kind: Kind;
  y: number;
  height: number;
}

/** Minimum height of a segment, so that one failure among thousands stays visible. */
const MIN_HEIGHT = 3;

export const totalOf = (tally: AttemptTally): number =>
  KINDS.reduce((sum, kind) => sum + tally[kind], 0);

/** Upper end of the scale: 1, 2 or 5 times a power of ten, at least 4. */
export const niceMax = (highest: number): number => {
  if (highest <= 4) return 4;
  const magnitude = 10 ** Math.floor(Math.log10(highest));
  const factor = [1, 2, 5, 10].find((one) => one * magnitude >= highest) ?? 10;
  return factor * magnitude;
};

/** Segments of a bar of `height` pixels, stacked from the bottom. */
export const segmentsOf = (step: Step, max: number, height: number): Segment[] => {
  let top = height;
  return KINDS.flatMap((kind) => {
    if (step[kind] === 0) return [];
    const own = Math.max(MIN_HEIGHT, (step[kind] / max) * height);
    top -= own;
    return [{ kind, y: Math.max(0, top), height: own }];
  });
};

/** Share of completed messages that were delivered, in percent. Null when none is complete. */
export const successPercent = ({ delivered, dead }: AttemptTally): number | null => {
  const completed = delivered + dead;
  return completed === 0 ? null : (delivered / completed) * 100;
};
