/**
 * Where a message waits: in the open, or behind a gate (a FIFO queue, a flow-control key).
 *
 * A message behind a gate has the gate's lane. The ordinary claim does not read it: only
 * `claim-gated.ts` lets it out, under the gate's lock, and marks it as admitted.
 */
import type { ClaimedMessage, NewMessage } from '../../core/message/message';

/** A message with both waits in the queue, and also counts against its key. */
type Gate = 'queue' | 'flow-key';

const PREFIXES: Record<Gate, string> = { queue: 'q:', 'flow-key': 'f:' };

/**
 * Bounds of all gates' lanes, and no others, in every collation, whether or not it ignores the
 * colon.
 */
export const GATED_LANES = { above: 'f', below: 's' } as const;
/** Bounds of the queues' lanes among them. */
export const QUEUE_LANES = { above: 'q', below: 's' } as const;

export const gateLane = (gate: Gate, rowId: number): string => `${PREFIXES[gate]}${rowId}`;

/** @returns null for a lane in the open. */
export function gateOf(lane: string): { gate: Gate; rowId: number } | null {
  for (const gate of ['queue', 'flow-key'] as const) {
    if (lane.startsWith(PREFIXES[gate])) return { gate, rowId: Number(lane.slice(2)) };
  }
  return null;
}

/** @returns the order of a message within its lane. */
export const placeOf = (queue: ClaimedMessage['queue'] | undefined, dueAt: number): number =>
  queue ? queue.position : dueAt;

export const isGated = ({
  queue,
  flowControl,
}: Pick<NewMessage, 'queue' | 'flowControl'>): boolean => Boolean(queue) || Boolean(flowControl);
