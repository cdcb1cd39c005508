/**
 * Decides how many messages of a flow-control key may be sent now.
 *
 * Parallelism counts messages in flight. Rate counts messages sent in the current period. Periods
 * are fixed windows aligned to the first one, so a late look does not delay later windows. Pure:
 * the counts come from the database, read under the key's lock.
 */
export interface FlowWindow {
  /** Null: no limit. */
  parallelism: number | null;
  rate: number | null;
  periodMs: number;
  rateCount: number;
  /** Epoch ms; 0 before the first message. */
  periodStart: number;
}

export interface Room {
  /** May be infinite. */
  messages: number;
  /** The window these messages count towards, and its count so far. */
  periodStart: number;
  rateCount: number;
}

/** @param active messages of this key in flight. */
export function roomOf(window: FlowWindow, active: number, now: number): Room {
  const periodStart = currentStart(window, now);
  const rateCount = periodStart === window.periodStart ? window.rateCount : 0;
  const byParallelism = window.parallelism === null ? Infinity : window.parallelism - active;
  const byRate = window.rate === null ? Infinity : window.rate - rateCount;
  return { messages: Math.max(0, Math.min(byParallelism, byRate)), periodStart, rateCount };
}

/** @returns when the next window begins, if the rate of this one is used up; otherwise null. */
export function closedUntil(window: FlowWindow, now: number): number | null {
  const { periodStart, rateCount } = roomOf(window, 0, now);
  const isUsedUp = window.rate !== null && rateCount >= window.rate;
  return isUsedUp ? periodStart + window.periodMs : null;
}

function currentStart({ periodStart, periodMs }: FlowWindow, now: number): number {
  // Without this, a clock set back by more than a period would close the key until it caught up.
  if (periodStart === 0 || now < periodStart - periodMs) return now;
  if (now < periodStart) return periodStart;
  return periodStart + Math.floor((now - periodStart) / periodMs) * periodMs;
}
