/**
 * How many messages an endpoint may be sent in a period: in any span of that length, not only in
 * aligned ones. Pure: the instants of the last messages and the time are arguments.
 */
import { MINUTE_MS, SECOND_MS } from '../time';
import type { Place } from './share';

export interface SendRate {
  count: number;
  per: 'second' | 'minute';
}

/** Bound of `count`: the instants of as many messages are kept. */
export const MAX_SEND_RATE = 10_000;

const PERIODS: Record<SendRate['per'], number> = { second: SECOND_MS, minute: MINUTE_MS };

/** This node's part of a rate. The parts add up to it, so that some nodes may have none. */
export const rateShare = ({ count }: SendRate, { index, count: nodes }: Place): number =>
  Math.floor(count / nodes) + (index < count % nodes ? 1 : 0);

/**
 * @param times when messages were sent, oldest first. Those that no longer count are removed.
 * @param share messages per period on this node.
 * @returns messages that may be sent now, and when one more may be: null without a share.
 */
export function roomIn(
  times: number[],
  { per }: Pick<SendRate, 'per'>,
  share: number,
  now: number
): { room: number; nextAt: number | null } {
  const since = now - PERIODS[per];
  const first = times.findIndex((at) => at > since);
  times.splice(0, first === -1 ? times.length : first);
  const room = Math.max(0, share - times.length);
  if (room > 0) return { room, nextAt: now };
  const leaving = times[times.length - share];
  return { room, nextAt: share === 0 || leaving === undefined ? null : leaving + PERIODS[per] };
}
