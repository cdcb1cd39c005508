/**
 * How many messages a flow-control key lets through now.
 *
 * Parallelism counts what is sent and not yet answered; rate counts what was let through in the
 * current period. Periods are fixed windows on the grid of the first one, so that a dispatcher which
 * looks a moment late does not push all later windows back.
 * Pure: the counts are what the database says under the key's lock.
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
  /** The window these messages are counted in, and what it has counted so far. */
  periodStart: number;
  rateCount: number;
}

/** @param active messages of this key that are sent and not yet answered. */
export function roomOf(window: FlowWindow, active: number, now: number): Room {
  const periodStart = currentStart(window, now);
  const rateCount = periodStart === window.periodStart ? window.rateCount : 0;
  const byParallelism = window.parallelism === null ? Infinity : window.parallelism - active;
  const byRate = window.rate === null ? Infinity : window.rate - rateCount;
  return { messages: Math.max(0, Math.min(byParallelism, byRate)), periodStart, rateCount };
}

function currentStart({ periodStart, periodMs }: FlowWindow, now: number): number {
  // A clock that was set back by more than a period must not close the key until it has caught up.
  if (periodStart === 0 || now < periodStart - periodMs) return now;
  if (now < periodStart) return periodStart;
  return periodStart + Math.floor((now - periodStart) / periodMs) * periodMs;
}
