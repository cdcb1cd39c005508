/** When the events that wait for an endpoint in mode `batch` become one message. Pure. */
import type { BatchRule } from './delivery-mode';

export interface WaitingEvents {
  count: number;
  oldestAt: number;
  newestAt: number;
  /** Somebody asked not to wait. */
  isForced: boolean;
}

/** @returns the instant from which they are one message. In the past or now: at once. */
export function foldsAt(
  { count, oldestAt, newestAt, isForced }: WaitingEvents,
  rule: BatchRule
): number {
  // The events of a transaction are committed together: none is missing.
  if (isForced || rule.by === 'transaction' || count >= rule.maxEvents) return oldestAt;
  return Math.min(newestAt + rule.quietMs, oldestAt + rule.maxWaitMs);
}
