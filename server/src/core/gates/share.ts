/** Divides a limit among nodes. Each node keeps to its own share. */

/** Position of this node among the nodes that deliver. All nodes agree on the order. */
export interface Place {
  index: number;
  count: number;
}

export const ALONE: Place = { index: 0, count: 1 };

/**
 * @returns at least 1, so that no message waits for another node. The shares add up to `limit`, or
 *   to `count` if there are more nodes than that.
 */
export function shareOf(limit: number, { index, count }: Place): number {
  const whole = Math.floor(limit / count);
  const rest = limit % count;
  return Math.max(1, index < rest ? whole + 1 : whole);
}
