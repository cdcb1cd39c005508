/**
 * Who has how much in flight: what a claim may take of each lane, and when a lane that was full has
 * room again.
 *
 * A lane is an endpoint, or the host of a bare URL. Its limit keeps a slow receiver from taking every
 * slot. A claim passes over a full lane, so "the claim found nothing more" says nothing about what
 * waits there: such lanes are remembered, and asked about again when they have room.
 */
import type { LaneBudget } from './ports';

/** Part of a lane that must have become free for a claim of its own to be worth its query. */
const WORTH_A_CLAIM = 1 / 4;

const NOTHING: LaneBudget = { default: 0, lanes: new Map() };

export function createLanes() {
  const inFlight = new Map<string, number>();
  const held = new Set<string>();
  /** Of these the last claim took all it might: there may be more. */
  const full = new Set<string>();
  const taken = new Map<string, number>();
  let limits = NOTHING;
  let granted = NOTHING;
  let someRoom = false;
  let enoughRoom = false;

  const countOf = (lane: string): number => inFlight.get(lane) ?? 0;
  const allowed = (budget: LaneBudget, lane: string): number =>
    budget.lanes.get(lane) ?? budget.default;

  function noteRoom(lane: string): void {
    const limit = allowed(limits, lane);
    const room = limit - countOf(lane);
    if (room <= 0) return;
    someRoom = true;
    enoughRoom ||= room >= limit * WORTH_A_CLAIM;
  }

  return {
    /** What the claim that begins now may take. */
    budget(current: LaneBudget): LaneBudget {
      limits = current;
      full.clear();
      taken.clear();
      someRoom = false;
      enoughRoom = false;
      granted = inFlight.size === 0 && held.size === 0 ? current : remaining();
      return granted;
    },

    /** A claimed message begins. */
    enter(lane: string): void {
      inFlight.set(lane, countOf(lane) + 1);
      const takenNow = (taken.get(lane) ?? 0) + 1;
      taken.set(lane, takenNow);
      if (takenNow < allowed(granted, lane)) return;
      full.add(lane);
      noteRoom(lane); // others of this lane may have ended while the claim was under way
    },

    /** Its exchange is over. */
    leave(lane: string): void {
      const count = countOf(lane) - 1;
      if (count > 0) inFlight.set(lane, count);
      else inFlight.delete(lane);
      if (full.has(lane)) noteRoom(lane);
    },

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
    for (const [lane, count] of inFlight) {
      const limit = allowed(limits, lane);
      if (count >= limit) full.add(lane);
      lanes.set(lane, Math.max(0, limit - count));
    }
    for (const lane of held) lanes.set(lane, 0);
    return { default: limits.default, lanes };
  }
}
