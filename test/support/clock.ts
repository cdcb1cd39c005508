/**
 * A clock that stands still until it is told otherwise: 75 hours of retries in a millisecond.
 */
import type { Clock } from '../../server/src/delivery/loop/ports';

export interface TestClock extends Clock {
  advance(ms: number): void;
  /** @param epochMs may be earlier: clocks are set back, too. */
  set(epochMs: number): void;
}

/** A Friday. Any instant would do, as long as it is the same in every run. */
const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export function createClock(startMs: number = START): TestClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
    set(epochMs) {
      nowMs = epochMs;
    },
  };
}
