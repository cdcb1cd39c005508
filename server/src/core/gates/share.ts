/** One limit kept by several nodes, each for itself: every node has its share of it. */

/** Of the nodes that deliver, in an order on which all agree, which one this is. */
export interface Place {
  index: number;
  count: number;
}

export const ALONE: Place = { index: 0, count: 1 };

/**
 * @returns at least 1, so that nobody's claims wait for another node. The shares add up to `limit`
 *   exactly, and to `count` where there are more nodes than that.
 */
export function shareOf(limit: number, { index, count }: Place): number {
  const whole = Math.floor(limit / count);
  const rest = limit % count;
  return Math.max(1, index < rest ? whole + 1 : whole);
}
