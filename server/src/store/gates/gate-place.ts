/**
 * Where a message waits: in the open, or behind a gate (a FIFO queue, a flow-control key).
 *
 * Messages behind a gate have the gate's lane and a due time beyond any real one, so that the
 * ordinary claim never reads them. Only `claim-gated.ts` lets them out, under the gate's lock. The
 * due time still orders the lane:
 *
 *     LEASED + end of the lease          being sent
 *     PARKED + place in the queue        waiting in a queue
 *     PARKED + time it may be sent       waiting for a flow-control key
 *
 * So the index (lane, due_at, id) lists a gate's lane as: being sent, then next in turn.
 */
import type { ClaimedMessage, NewMessage } from '../../core/message/message';

/** Both beyond the year 70,000; their sums with a time stay below 2^53. */
export const LEASED = 2 ** 51;
export const PARKED = 2 ** 52;

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

/** @returns `due_at` of a pending message. */
export function dueAtOf(
  { queue, flowControl }: Pick<ClaimedMessage, 'queue' | 'flowControl'>,
  notBefore: number
): number {
  if (queue) return PARKED + queue.position;
  return flowControl ? PARKED + notBefore : notBefore;
}

/** The same in SQL, for a stored row. */
export const DUE_AT_SQL = `case
  when queue_name is not null then ${PARKED} + queue_position
  when flow_control_key is not null then ${PARKED} + not_before
  else not_before end`;

export const isGated = ({
  queue,
  flowControl,
}: Pick<NewMessage, 'queue' | 'flowControl'>): boolean => Boolean(queue) || Boolean(flowControl);

/** End of the lease of an active message with this `due_at`. */
export const leaseEndOf = (dueAt: number): number => (dueAt >= LEASED ? dueAt - LEASED : dueAt);
