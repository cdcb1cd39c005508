/**
 * The slots, and the messages that were claimed ahead and wait for one. The oldest is sent first;
 * those whose lane is full, or whose origin does not answer, are skipped
 * (`docs/decisions/0012-claiming-ahead.md`).
 *
 * A waiting message holds a lease, so no other node sends it. It is returned when it has waited too
 * long, when its lane is put on hold, and when delivery stops.
 */
import type { ClaimedMessage } from '../../core/message/message';
import type { Lanes } from './lanes';
import type { Exchange, Origins } from './origins';
import type { Clock } from './ports';
import type { Releaser } from './releaser';

/**
 * How long a message claimed ahead may wait before it is returned, perhaps to a less busy process.
 * Its lease is longer by this time, so that sending always has the whole of `leaseMs`.
 */
export const PATIENCE_MS = 1_000;

export interface Claimed {
  message: ClaimedMessage;
  /** Destination; null for a handler in the app's own code. */
  origin: string | null;
  /** Epoch ms, like the next. */
  claimedAt: number;
  leaseUntil: number;
}

export interface SlotsDependencies {
  clock: Clock;
  lanes: Lanes;
  origins: Origins;
  releaser: Pick<Releaser, 'add'>;
  /** Current number of slots. */
  capacity: () => number;
  /** Maximum number of messages waiting for a slot. */
  maxWaiting: number;
  /** Sends the message, and calls `end` when done. */
  begin: (claimed: Claimed) => void;
}

export function createSlots(deps: SlotsDependencies) {
  const { clock, lanes, origins, releaser, capacity, maxWaiting } = deps;
  let waiting: Claimed[] = [];
  let sending = 0;
  /** Messages that may begin until the next `fill`. */
  let left = 0;
  /** Begun since the last `fill`. */
  let begun = 0;

  /** Number of messages that may wait, from the demand since the last claim. */
  const places = (): number => Math.min(maxWaiting, lanes.pace());
  const free = (): number => capacity() - sending;
  const isStale = ({ claimedAt }: Claimed): boolean => clock.now() - claimedAt > PATIENCE_MS;
  const hasEnded = ({ leaseUntil }: Claimed): boolean => clock.now() >= leaseUntil;
  const mayBegin = ({ message, origin }: Claimed): boolean =>
    lanes.mayBegin(message.lane) && origins.mayBegin(origin);

  function begin(claimed: Claimed): void {
    sending += 1;
    left -= 1;
    begun += 1;
    lanes.begin(claimed.message.lane);
    origins.begin(claimed.origin);
    deps.begin(claimed);
  }

  function giveBack({ message }: Claimed): void {
    lanes.leave(message.lane);
    releaser.add(message);
  }

  function giveBackThose(isSo: (claimed: Claimed) => boolean): void {
    const given = waiting.filter(isSo);
    waiting = waiting.filter((claimed) => !isSo(claimed));
    for (const claimed of given) giveBack(claimed);
  }

  return {
    free,

    sending: (): number => sending,

    /**
     * Number of further messages that may wait. Messages that cannot fill a free slot do not reduce
     * it.
     */
    spare: (): number => Math.max(0, places() - waiting.length),

    places,

    add(claimed: Claimed): void {
      const { message, origin } = claimed;
      lanes.enter(message.lane);
      const isRefused = origin !== null && !origins.mayBegin(origin);
      if (isRefused) origins.refuse(message.lane, origin);
      // A claim may take longer than its leases: another node may send the message by now.
      if (hasEnded(claimed) || (isRefused && waiting.length >= maxWaiting)) giveBack(claimed);
      else if (left > 0 && free() > 0 && mayBegin(claimed)) begin(claimed);
      else waiting.push(claimed);
    },

    /**
     * Sends waiting messages while there are slots and room in their lanes.
     *
     * @param most number of messages that may begin, with those that were added since the last call.
     * @returns how many did.
     */
    fill(most: number): number {
      left = Math.max(0, most - begun);
      const looked = waiting;
      waiting = [];
      for (const claimed of looked) {
        if (left === 0 || free() <= 0 || !mayBegin(claimed)) waiting.push(claimed);
        else if (isStale(claimed)) giveBack(claimed);
        else begin(claimed);
      }
      const count = begun;
      begun = 0;
      return count;
    },

    /** As many began as might. */
    hasHadItsTurn: (): boolean => left === 0,

    /** Frees the slot. @returns whether messages refused before may have room now. */
    end({ message, origin }: Claimed, exchange?: Exchange): boolean {
      sending -= 1;
      lanes.end(message.lane);
      return origins.end(origin, exchange);
    },

    /** Returns messages that have waited too long. */
    giveBackStale(): void {
      giveBackThose(isStale);
    },

    /** Sends nothing more of this lane, including claimed messages, until lanes are released. */
    hold(lane: string): void {
      lanes.hold(lane);
      giveBackThose(({ message }) => message.lane === lane);
    },

    giveBackAll(): void {
      giveBackThose(() => true);
    },
  };
}
