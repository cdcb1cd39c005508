/** Time for the tripwire, which waits a minute before it calls an event missed. */
import type { Tripwire } from '../../server/src/capture';
import { GRACE_MS } from '../../server/src/capture/tripwire';

export interface ShiftedClock {
  now(): number;
  advance(ms: number): void;
}

export function createShiftedClock(now: () => number = () => Date.now()): ShiftedClock {
  let aheadMs = 0;
  return {
    now: () => now() + aheadMs,
    advance(ms) {
      aheadMs += ms;
    },
  };
}

/** Lets the clock of a running plugin be advanced. */
export function shiftClock(clock: { now(): number }): ShiftedClock {
  const shifted = createShiftedClock(clock.now);
  clock.now = shifted.now;
  return shifted;
}

/** Later than anything that may still be noted. */
export const skipGrace = (clock: ShiftedClock): void => clock.advance(GRACE_MS + 1_000);

/** Finds nothing that Strapi has emitted and capture has missed. */
export function expectNoMissedEvents(tripwire: Tripwire, clock: ShiftedClock): void {
  skipGrace(clock);
  tripwire.judge();
  expect(tripwire.all()).toEqual([]);
}
