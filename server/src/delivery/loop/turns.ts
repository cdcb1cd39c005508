/**
 * How much the loop does at a time. Strapi comes first: while it has requests to answer, or its event
 * loop lags, the loop does little at a time and rests in between (`docs/decisions/0018-strapi-first.md`).
 */

/** Messages that begin at a time. */
const BEGIN = 200;
const BEGIN_WHILE_BUSY = 8;
/** Messages that are claimed or settled together. */
const GROUP = 200;
const GROUP_WHILE_BUSY = 32;
const REST_MS = 5;
/** A bulk job rests for a multiple of the time of its step, so that requests have most of it. */
const JOB_RESTS = 3;
const LONGEST_REST_MS = 200;
/** A turn of the event loop that takes longer shows that others are at work: no step of the loop does. */
const LAG_MS = 200;
/** Requests follow each other, and so do lags: Strapi counts as busy for so long after the last one. */
export const STAYS_BUSY_MS = 50;

interface Dependencies {
  /** Strapi has requests to answer, or had a moment ago. */
  isServing: () => boolean;
  monotonicMs: () => number;
  /** Resolves after a turn of the event loop. */
  nextTurn: () => Promise<void>;
  pause: (ms: number) => Promise<void>;
}

export type Turns = ReturnType<typeof createTurns>;

export function createTurns({ isServing, monotonicMs, nextTurn, pause }: Dependencies) {
  let laggedAt = -Infinity;
  const isBusy = (): boolean => isServing() || monotonicMs() - laggedAt < STAYS_BUSY_MS;

  return {
    /** Maximum number of messages to begin at a time. */
    begins: (): number => (isBusy() ? BEGIN_WHILE_BUSY : BEGIN),

    /** Maximum number of messages to claim or to settle together. */
    group: (): number => (isBusy() ? GROUP_WHILE_BUSY : GROUP),

    /** Resolves after a turn of the event loop, when all responses that have arrived are handled. */
    async next(): Promise<void> {
      const before = monotonicMs();
      await nextTurn();
      const after = monotonicMs();
      if (after - before > LAG_MS) laggedAt = after;
    },

    /** Awaited after a step. Resolves at once unless Strapi is busy. */
    async rest(): Promise<void> {
      if (isBusy()) await pause(REST_MS);
    },

    /** Runs a step of a bulk job, and rests in proportion when Strapi is busy. @returns null when there was none. */
    async step<T>(work: () => Promise<T | null>): Promise<T | null> {
      const before = monotonicMs();
      const result = await work();
      if (result === null) return null;
      const rest = JOB_RESTS * (monotonicMs() - before);
      if (isBusy()) await pause(Math.min(Math.max(rest, REST_MS), LONGEST_REST_MS));
      return result;
    },
  };
}
