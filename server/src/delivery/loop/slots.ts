/**
 * The slots, and the messages that were claimed ahead and wait for one: oldest first, but those whose
 * lane is full, or whose origin does not answer, let others pass (`docs/decisions/0012-claiming-ahead.md`).
 *
 * Who waits holds a lease, so nobody else may send it. It goes back when it has waited too long, when
 * its lane is held, and when nothing may be sent any more.
 */
import type { ClaimedMessage } from '../../core/message/message';
import type { Lanes } from './lanes';
import type { Exchange, Origins } from './origins';
import type { Clock } from './ports';
import type { Releaser } from './releaser';

/**
 * What was claimed ahead and is not sent by then is handed back, perhaps to a process that is less
 * busy. Its lease is longer by as much, so that whenever it begins it has the whole of `leaseMs`.
 */
export const PATIENCE_MS = 1_000;

export interface Claimed {
  message: ClaimedMessage;
  /** Where it goes; null for a handler in the host's own code. */
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
  /** How many may be sent at once, now. */
  capacity: () => number;
  /** Maximum number of messages waiting for a slot. */
  maxWaiting: number;
  /** Sends it, and calls `end` when that is over. */
  begin: (claimed: Claimed) => void;
}

export function createSlots(deps: SlotsDependencies) {
  const { clock, lanes, origins, releaser, capacity, maxWaiting } = deps;
  let waiting: Claimed[] = [];
  let sending = 0;

  const free = (): number => capacity() - sending;
  const isStale = ({ claimedAt }: Claimed): boolean => clock.now() - claimedAt > PATIENCE_MS;
  const mayBegin = ({ message, origin }: Claimed): boolean =>
    lanes.mayBegin(message.lane) && origins.mayBegin(origin);

  function begin(claimed: Claimed): void {
    sending += 1;
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
     * Number of further messages that may wait, by the demand measured during the last claim. What
     * cannot fill a free slot takes nothing from others that can.
     */
    spare: (): number => Math.max(0, Math.min(maxWaiting, lanes.pace()) - waiting.length),

    add(claimed: Claimed): void {
      const { message, origin } = claimed;
      lanes.enter(message.lane);
      const isRefused = origin !== null && !origins.mayBegin(origin);
      if (isRefused) origins.refuse(message.lane, origin);
      if (isRefused && waiting.length >= maxWaiting) giveBack(claimed);
      else if (free() > 0 && mayBegin(claimed)) begin(claimed);
      else waiting.push(claimed);
    },

    /** Begins what waits, as far as there are slots and room in its lane. */
    fill(): void {
      while (free() > 0) {
        const at = waiting.findIndex(mayBegin);
        const [next] = at < 0 ? [] : waiting.splice(at, 1);
        if (next === undefined) return;
        if (isStale(next)) giveBack(next);
        else begin(next);
      }
    },

    /** It is over. @returns whether there may be room for what was refused before. */
    end({ message, origin }: Claimed, exchange?: Exchange): boolean {
      sending -= 1;
      lanes.end(message.lane);
      return origins.end(origin, exchange);
    },

    /** What has waited too long goes back. */
    giveBackStale(): void {
      giveBackThose(isStale);
    },

    /** Nothing more of this lane until lanes are let go: nor what was claimed of it already. */
    hold(lane: string): void {
      lanes.hold(lane);
      giveBackThose(({ message }) => message.lane === lane);
    },

    giveBackAll(): void {
      giveBackThose(() => true);
    },
  };
}
