/**
 * Keeps origins that do not answer from taking the slots of those that do. An origin is the scheme,
 * host and port of a URL, whichever lanes lead there.
 *
 * An origin is silent until its first answer, when nothing has answered for a second although
 * something is in flight, and after a request during which nothing answered. Silent origins together
 * hold at most a part of the slots. What began while its origin answered is not counted beyond
 * that, so the last part is always free of them.
 *
 * Each silent origin may hold as much of that part as it leaves free, so that a slow receiver is still
 * served in parallel; or a tenth of it when it has not answered yet, or not any more.
 */
import type { Settled } from '../../core/message/message';
import type { Clock, LaneBudget } from './ports';

const SILENT_AFTER_MS = 1_000;
/** Part of the slots that silent origins may hold together. */
const SILENT_PART = 3 / 4;
/** Part of the remainder that an origin without an answer may hold. */
const TRIAL_PART = 1 / 10;
const MAX_ORIGINS = 1_000;
/** Maximum number of lanes with an explicit limit in a claim. */
const MAX_LANES = 1_000;
/**
 * Messages claimed in vain between two wake-ups, per slot, when more lanes than can be limited lead
 * to silent origins.
 */
const REFUSED_PER_SLOT = 5;

interface Origin {
  sending: number;
  /** Epoch ms of the last answer, or of the first request since nothing was in flight. */
  quietSince: number;
  /** No request has failed to be answered since its last answer. */
  hasAnswered: boolean;
  isSilent: boolean;
}

export interface Exchange {
  /** Epoch ms. */
  startedAt: number;
  /** With any status. */
  answered: boolean;
}

/** @returns undefined when nothing was sent. */
export function exchangeOf({ attempt: { outcome, startedAt } }: Settled): Exchange | undefined {
  if (outcome.kind === 'blocked') return undefined;
  return { startedAt, answered: outcome.kind === 'responded' };
}

export type Origins = ReturnType<typeof createOrigins>;

export function createOrigins({ clock, slots }: { clock: Clock; slots: number }) {
  const part = Math.max(1, Math.floor(slots * SILENT_PART));
  /** Least recently used first. */
  const known = new Map<string, Origin>();
  /** Lanes whose origins have no room. */
  const lanes = new Map<string, string>();
  /** Requests in flight to silent origins. */
  let held = 0;
  let refused = 0;

  const originOf = (name: string): Origin =>
    known.get(name) ?? { sending: 0, quietSince: 0, hasAnswered: false, isSilent: true };

  function roomOf({ isSilent, hasAnswered, sending }: Origin): number {
    if (!isSilent) return Infinity;
    const left = Math.max(0, part - held);
    return Math.max(0, (hasAnswered ? left : Math.ceil(left * TRIAL_PART)) - sending);
  }

  function setSilent(origin: Origin, isSilent: boolean): void {
    if (origin.isSilent === isSilent) return;
    origin.isSilent = isSilent;
    held += isSilent ? origin.sending : -origin.sending;
  }

  function count(origin: Origin, difference: number): void {
    origin.sending += difference;
    if (origin.isSilent) held += difference;
  }

  function remember(name: string, origin: Origin): void {
    known.delete(name);
    known.set(name, origin);
    if (known.size <= MAX_ORIGINS) return;
    for (const [oldest, { sending }] of known) {
      if (sending > 0) continue;
      known.delete(oldest);
      return;
    }
  }

  return {
    mayBegin: (name: string | null): boolean => name === null || roomOf(originOf(name)) > 0,

    begin(name: string | null): void {
      if (name === null) return;
      const origin = originOf(name);
      if (origin.sending === 0) {
        origin.quietSince = clock.now();
        remember(name, origin);
      }
      count(origin, 1);
    },

    /**
     * @param exchange absent when there was none.
     * @returns whether there may be room for what was refused.
     */
    end(name: string | null, exchange?: Exchange): boolean {
      const origin = name === null ? undefined : known.get(name);
      if (origin === undefined) return false;
      const wasSilent = origin.isSilent;
      count(origin, -1);
      if (exchange?.answered === true) {
        origin.quietSince = clock.now();
        origin.hasAnswered = true;
        setSilent(origin, false);
      } else if (exchange !== undefined && origin.quietSince <= exchange.startedAt) {
        origin.hasAnswered = false;
        setSilent(origin, true);
      }
      return wasSilent && lanes.size > 0;
    },

    /** Finds origins that have fallen silent. */
    look(): void {
      refused = 0;
      const now = clock.now();
      for (const origin of known.values()) {
        if (origin.sending > 0 && now - origin.quietSince > SILENT_AFTER_MS)
          setSilent(origin, true);
      }
    },

    /** Extra slots: those that silent origins hold beyond their part. */
    excess: (): number => Math.max(0, held - part),

    /**
     * Records that a message of this lane was claimed in vain. Claims then take no more of it than
     * there is room.
     */
    refuse(lane: string, name: string): void {
      refused += 1;
      lanes.set(lane, name);
      const [oldest] = lanes.size > MAX_LANES ? lanes.keys() : [];
      if (oldest !== undefined) lanes.delete(oldest);
    },

    /** Claims wait for the next wake-up, because they would return messages that cannot be sent. */
    hasRefusedEnough: (): boolean => refused >= slots * REFUSED_PER_SLOT,

    narrow(budget: LaneBudget): LaneBudget {
      if (lanes.size === 0) return budget;
      const narrowed = new Map(budget.lanes);
      for (const [lane, name] of lanes) {
        const room = roomOf(originOf(name));
        if (room === Infinity) lanes.delete(lane);
        else narrowed.set(lane, Math.min(room, narrowed.get(lane) ?? budget.default));
      }
      return { default: budget.default, lanes: narrowed };
    },
  };
}
