/**
 * Where a message waits: in the open, or behind a gate (a FIFO queue, a flow-control key).
 *
 * Messages behind a gate have a lane of that gate's and a due time beyond any instant, so that the
 * ordinary claim never meets them: it looks at nothing it did not look at before there were gates.
 * Only `claim-gated.ts` lets them out, under the gate's lock. The due time still orders the lane:
 *
 *     LEASED + end of the lease          being sent
 *     PARKED + place in the queue        waiting in a queue
 *     PARKED + instant it may be sent    waiting for a flow-control key
 *
 * so the index (lane, due_at, id) reads a gate's lane as: what is being sent, then who is next.
 */
import type { ClaimedMessage, NewMessage } from '../../core/message/message';

/** Both beyond the year 70,000; their sums with an instant below 2^53. */
export const LEASED = 2 ** 51;
export const PARKED = 2 ** 52;

/** A queue wins over a key as the place to wait; its messages also count against their key. */
type Gate = 'queue' | 'flow-key';

const PREFIXES: Record<Gate, string> = { queue: 'q:', 'flow-key': 'f:' };

/** All gates' lanes lie between these, and no others: in every collation, whether or not it minds the colon. */
export const GATED_LANES = { above: 'f', below: 's' } as const;
/** The queues' lanes among them. */
export const QUEUE_LANES = { above: 'q', below: 's' } as const;

/** Messages that wait behind one gate are counted up to here. */
export const COUNTED_UP_TO = 10_000;

export const gateLane = (gate: Gate, rowId: number): string => `${PREFIXES[gate]}${rowId}`;

/** @returns null for a lane in the open. */
export function gateOf(lane: string): { gate: Gate; rowId: number } | null {
  for (const gate of ['queue', 'flow-key'] as const) {
    if (lane.startsWith(PREFIXES[gate])) return { gate, rowId: Number(lane.slice(2)) };
  }
  return null;
}

/** @returns what `due_at` of a pending message is. */
export function dueAtOf(
  { queue, flowControl }: Pick<ClaimedMessage, 'queue' | 'flowControl'>,
  notBefore: number
): number {
  if (queue) return PARKED + queue.position;
  return flowControl ? PARKED + notBefore : notBefore;
}

/** The same in SQL, of a row as it is in the table. */
export const DUE_AT_SQL = `case
  when queue_name is not null then ${PARKED} + queue_position
  when flow_control_key is not null then ${PARKED} + not_before
  else not_before end`;

export const isGated = ({
  queue,
  flowControl,
}: Pick<NewMessage, 'queue' | 'flowControl'>): boolean => Boolean(queue) || Boolean(flowControl);

/** An active message's `due_at` as the instant its lease ends. */
export const leaseEndOf = (dueAt: number): number => (dueAt >= LEASED ? dueAt - LEASED : dueAt);
