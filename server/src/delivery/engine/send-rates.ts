/** Counts the messages sent to endpoints that have a rate. Each node keeps to its share of it. */
import { rateShare, roomIn } from '../../core/gates/send-rate';
import type { Place } from '../../core/gates/share';
import type { EndpointSettings } from './directory';

interface Dependencies {
  now: () => number;
  /** Among the nodes that deliver. */
  place: () => Place;
  /** Wakes the loop when an endpoint without room has some again. */
  setAlarm: (instant: number) => void;
}

type Rated = Pick<EndpointSettings, 'id' | 'rateLimit'>;

export function createSendRates({ now, place, setAlarm }: Dependencies) {
  const sent = new Map<number, number[]>();

  /** @returns messages it may be sent now. */
  function roomOf({ id, rateLimit }: Rated): number {
    if (rateLimit === null) return Infinity;
    const times = sent.get(id) ?? [];
    const { room, nextAt } = roomIn(times, rateLimit, rateShare(rateLimit, place()), now());
    if (room === 0 && nextAt !== null) setAlarm(nextAt);
    return room;
  }

  return {
    roomOf,

    /** Counts a message that is about to be sent. @returns false when there is no room for it. */
    take(endpoint: Rated): boolean {
      if (roomOf(endpoint) <= 0) return false;
      if (endpoint.rateLimit === null) return true;
      const times = sent.get(endpoint.id);
      if (times === undefined) sent.set(endpoint.id, [now()]);
      else times.push(now());
      return true;
    },
  };
}

export type SendRates = ReturnType<typeof createSendRates>;
