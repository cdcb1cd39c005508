/**
 * Wakes the loop at instants before the next seconds would: a retry after one second would otherwise
 * wait for up to two. Only for instants that are near; later ones are found by the work of every second.
 */
import { SECOND_MS } from '../../core/time';

/** Beyond this, being late by a second does not matter. */
const NEAR_MS = 10 * SECOND_MS;
/** Instants within the same step share a timer. */
const STEP_MS = 50;

/** Calls back after `ms`. The process need not stay alive for it. */
export type Later = (callback: () => void, ms: number) => void;

interface Dependencies {
  now: () => number;
  later: Later;
  ring: () => void;
}

/** @returns sets the alarm. Any number of instants, in any order. */
export function createAlarm({ now, later, ring }: Dependencies): (instant: number) => void {
  const set = new Set<number>();

  return (instant) => {
    if (instant - now() > NEAR_MS) return;
    // Never at the instant itself: timers may be a millisecond early.
    const ringsAt = (Math.floor(Math.max(instant, now()) / STEP_MS) + 1) * STEP_MS;
    if (set.has(ringsAt)) return;
    set.add(ringsAt);
    later(() => {
      set.delete(ringsAt);
      ring();
    }, ringsAt - now());
  };
}
