/**
 * Who has how much in flight: what a claim may take of each lane, what of it may be sent, and when a
 * lane that was full has room again.
 *
 * A lane is an endpoint, or the host of a bare URL. Its limit keeps a slow receiver from taking every
 * slot. A claim passes over a full lane, so "the claim found nothing more" says nothing about what
 * waits there: such lanes are remembered, and asked about again when they have room.
 *
 * A claim may bring more of a lane than its limit, by what ended there while the last claim was under
 * way (`docs/decisions/0012-claiming-ahead.md`). Of a receiver that never answers nothing ends.
 */
import type { LaneBudget } from './ports';

/** Part of a lane that must have become free for a claim of its own to be worth its query. */
const WORTH_A_CLAIM = 1 / 2;
/** What ended is at most what there was to send; who could have sent more gets more. */
const AHEAD_PER_ENDED = 2;

const NOTHING: LaneBudget = { default: 0, lanes: new Map() };

type Counts = Map<string, number>;

export type Lanes = ReturnType<typeof createLanes>;

export function createLanes() {
  /** Claimed: being sent, or waiting for a slot. */
  const claimed: Counts = new Map();
  const sending: Counts = new Map();
  /** Ended since the claim began that is under way. */
  let ended: Counts = new Map();
  /** Messages that ended during the last claim: the number the next one may fetch ahead. */
  let pace: Counts = new Map();
  const held = new Set<string>();
  /** Of these the last claim took all it might: there may be more. */
  const full = new Set<string>();
  const taken: Counts = new Map();
  let limits = NOTHING;
  let granted = NOTHING;
  let someRoom = false;
  let enoughRoom = false;

  const limitOf = (budget: LaneBudget, lane: string): number =>
    budget.lanes.get(lane) ?? budget.default;

  /** What may be claimed of it at a time. */
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
    /** What the claim that begins now may take. */
    budget(current: LaneBudget): LaneBudget {
      limits = current;
      ended = new Map();
      full.clear();
      taken.clear();
      someRoom = false;
      enoughRoom = false;
      granted = claimed.size === 0 && held.size === 0 ? current : remaining();
      return granted;
    },

    /** The claim is over: what ended meanwhile says how much the next one may bring ahead. */
    setPace(): void {
      pace = new Map([...ended].map(([lane, times]) => [lane, times * AHEAD_PER_ENDED]));
      ended = new Map();
    },

    /** Of all lanes together. */
    pace: (): number => [...pace.values()].reduce((sum, one) => sum + one, 0),

    /** A message is claimed. */
    enter(lane: string): void {
      add(claimed, lane, 1);
      if (add(taken, lane, 1) < limitOf(granted, lane)) return;
      full.add(lane);
      noteRoom(lane); // others of this lane may have ended while the claim was under way
    },

    /** Has it a place for one more request? Whether a lane without any is held, the router says. */
    mayBegin: (lane: string): boolean => count(sending, lane) < Math.max(1, limitOf(limits, lane)),

    /** It is being sent. */
    begin(lane: string): void {
      add(sending, lane, 1);
    },

    /** Its exchange is over. */
    end(lane: string): void {
      add(sending, lane, -1);
      add(ended, lane, 1);
      leave(lane);
    },

    /** It goes back unsent. */
    leave,

    /** Nothing more of this lane, whatever the limits say, until `unholdAll`. */
    hold(lane: string): void {
      held.add(lane);
    },

    unholdAll(): void {
      held.clear();
    },

    /** Some lane that was full is not any more. */
    hasRoom: (): boolean => someRoom,

    /** So much so that it need not wait for a quiet moment. */
    hasEnoughRoom: (): boolean => enoughRoom,
  };

  function remaining(): LaneBudget {
    const lanes = new Map(limits.lanes);
    for (const [lane, inFlight] of claimed) {
      const most = allowed(lane);
      if (inFlight >= most) full.add(lane);
      lanes.set(lane, Math.max(0, most - inFlight));
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
