/**
 * Counts the messages in flight per lane: how many may be claimed and sent, and when a full lane has
 * room again.
 *
 * A lane is an endpoint, or the host of a bare URL. Its limit keeps a slow receiver from taking every
 * slot. Claims pass over full lanes, so these are remembered, and claimed again when they have room.
 *
 * A claim may exceed the limit of a lane by what ended there since the last claim
 * (`docs/decisions/0012-claiming-ahead.md`). A receiver that never responds gets no more.
 */
import type { LaneBudget } from './ports';

/** Part of a lane that must be free to justify a query. */
const WORTH_A_CLAIM = 1 / 2;
/** More may have ended if there had been more to send. */
const AHEAD_PER_ENDED = 2;
/** Messages that wait for a slot are sent within this time, at the pace of those that ended. */
const AHEAD_MS = 200;

const NOTHING: LaneBudget = { default: 0, lanes: new Map() };

type Counts = Map<string, number>;

export type Lanes = ReturnType<typeof createLanes>;

export function createLanes() {
  /** Being sent, or waiting for a slot. */
  const claimed: Counts = new Map();
  const sending: Counts = new Map();
  /** Ended since the last claim ended. */
  let ended: Counts = new Map();
  /** Messages the next claim may fetch ahead, from those that ended. */
  let pace: Counts = new Map();
  const held = new Set<string>();
  /** Lanes of which the last claim took all it was allowed: there may be more. */
  const full = new Set<string>();
  const taken: Counts = new Map();
  let setAt = 0;
  let limits = NOTHING;
  let granted = NOTHING;
  let someRoom = false;
  let enoughRoom = false;

  const limitOf = (budget: LaneBudget, lane: string): number =>
    budget.lanes.get(lane) ?? budget.default;

  /** Maximum number claimed at a time. */
  function allowed(lane: string): number {
    const limit = limitOf(limits, lane);
    return limit === 0 ? 0 : limit + count(pace, lane);
  }

  function noteRoom(lane: string): void {
    const room = allowed(lane) - count(claimed, lane);
    if (room <= 0) return;
    someRoom = true;
    enoughRoom ||= room >= limitOf(limits, lane) * WORTH_A_CLAIM;
  }

  function leave(lane: string): void {
    add(claimed, lane, -1);
    if (full.has(lane)) noteRoom(lane);
  }

  return {
    /** Begins a claim. @returns what it may take. */
    budget(current: LaneBudget): LaneBudget {
      limits = current;
      full.clear();
      taken.clear();
      someRoom = false;
      enoughRoom = false;
      const isFree = claimed.size === 0 && held.size === 0 && current.rates === undefined;
      granted = isFree ? current : remaining();
      return granted;
    },

    /** Ends a claim, and sets how much the next one may fetch ahead. */
    setPace(now: number): void {
      const perEnded = Math.min(AHEAD_PER_ENDED, AHEAD_MS / Math.max(1, now - setAt));
      pace = new Map([...ended].map(([lane, times]) => [lane, Math.ceil(times * perEnded)]));
      ended = new Map();
      setAt = now;
    },

    /** Messages of all lanes that the next claim may fetch ahead. */
    pace: (): number => [...pace.values()].reduce((sum, one) => sum + one, 0),

    /** A message was claimed. */
    enter(lane: string): void {
      add(claimed, lane, 1);
      if (add(taken, lane, 1) < limitOf(granted, lane)) return;
      full.add(lane);
      noteRoom(lane); // others may have ended during the claim
    },

    /** Whether one more message may be sent. Lanes on hold are the router's decision. */
    mayBegin: (lane: string): boolean => count(sending, lane) < Math.max(1, limitOf(limits, lane)),

    /** A message is being sent. */
    begin(lane: string): void {
      add(sending, lane, 1);
    },

    /** Its attempt has ended. */
    end(lane: string): void {
      add(sending, lane, -1);
      add(ended, lane, 1);
      leave(lane);
    },

    /** A message is handed back unsent. */
    leave,

    /** Holds the lane until `unholdAll`, whatever its limit. */
    hold(lane: string): void {
      held.add(lane);
    },

    unholdAll(): void {
      held.clear();
    },

    /** A full lane has room again. */
    hasRoom: (): boolean => someRoom,

    /** It has enough room for a claim at once. */
    hasEnoughRoom: (): boolean => enoughRoom,
  };

  function remaining(): LaneBudget {
    const lanes = new Map(limits.lanes);
    for (const [lane, inFlight] of claimed) {
      const most = allowed(lane);
      if (inFlight >= most) full.add(lane);
      lanes.set(lane, Math.max(0, most - inFlight));
    }
    for (const [lane, rate] of limits.rates ?? []) {
      const waiting = count(claimed, lane) - count(sending, lane);
      const left = lanes.get(lane) ?? limits.default;
      lanes.set(lane, Math.max(0, Math.min(left, rate - waiting)));
    }
    for (const lane of held) lanes.set(lane, 0);
    return { default: limits.default, lanes };
  }
}

const count = (counts: Counts, lane: string): number => counts.get(lane) ?? 0;

function add(counts: Counts, lane: string, difference: number): number {
  const sum = count(counts, lane) + difference;
  if (sum > 0) counts.set(lane, sum);
  else counts.delete(lane);
  return sum;
}
