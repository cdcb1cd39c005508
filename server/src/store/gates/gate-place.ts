/**
 * Where a message waits: in the open, or behind a gate (a FIFO queue, a flow-control key, an endpoint
 * that is sent the latest state, or many events as one message).
 *
 * A message behind a gate has the gate's lane. The ordinary claim does not read it: only
 * `claim-gated.ts` lets it out, under the gate's lock. That of a queue or a key is marked as admitted.
 */
import { batchLane, latestLane } from '../../core/gates/delivery-mode';
import type { ClaimedMessage, NewMessage } from '../../core/message/message';

/** A message with both waits in the queue, and also counts against its key. */
export type Gate = 'queue' | 'flow-key' | 'latest' | 'batch';

const PREFIXES: Record<Gate, string> = {
  queue: 'q:',
  'flow-key': 'f:',
  latest: latestLane(''),
  batch: batchLane(''),
};

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
  const gate = GATES.find((one) => lane.startsWith(PREFIXES[one]));
  return gate === undefined ? null : { gate, rowId: Number(lane.slice(2)) };
}

const GATES = Object.keys(PREFIXES) as Gate[];

/** Whether the place of a message in this lane is when it may be sent, as in the open. */
export const isTimed = (lane: string): boolean => {
  const gate = gateOf(lane)?.gate;
  return gate === undefined || gate === 'latest';
};

/** @returns the order of a message within its lane. */
export const placeOf = (queue: ClaimedMessage['queue'] | undefined, dueAt: number): number =>
  queue ? queue.position : dueAt;

export const isGated = ({
  queue,
  flowControl,
}: Pick<NewMessage, 'queue' | 'flowControl'>): boolean => Boolean(queue) || Boolean(flowControl);
