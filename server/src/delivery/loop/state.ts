/** The state of the delivery loop, and its transitions. `dispatcher.ts` acts on it. */

/** Messages that a claim may find: none as far as is known, messages in open lanes, or also behind gates. */
type Look = 'nothing' | 'lanes' | 'gates';

/** `next`: what to look for in the next claim. */
export type LoopState =
  | { kind: 'ready' | 'claiming'; next: Look }
  /** For a wake-up: the first one, or the next one after a failed claim or while no request gets out. */
  | { kind: 'waiting'; cause: 'start' | 'database' | 'way-out'; next: Look }
  | { kind: 'stopping'; isClaiming: boolean };

export const START: LoopState = { kind: 'waiting', cause: 'start', next: 'nothing' };

const WIDTH: Record<Look, number> = { nothing: 0, lanes: 1, gates: 2 };
const wider = (a: Look, b: Look): Look => (WIDTH[a] < WIDTH[b] ? b : a);

export const nextOf = (state: LoopState): Look =>
  state.kind === 'stopping' ? 'nothing' : state.next;

export const isClaiming = (state: LoopState): boolean =>
  state.kind === 'claiming' || (state.kind === 'stopping' && state.isClaiming);

/** The last claim worked, and nothing more is known to be due. */
export const isDone = (state: LoopState): boolean =>
  state.kind === 'ready' && state.next === 'nothing';

/** More may be due. */
export const more = (state: LoopState, look: Look = 'lanes'): LoopState =>
  state.kind === 'stopping' ? state : { ...state, next: wider(state.next, look) };

export function wakeUp(state: LoopState, look: Look): LoopState {
  const next = wider(nextOf(state), look);
  return state.kind === 'waiting' ? { kind: 'ready', next } : more(state, look);
}

/** No request gets out. A claim that is under way may still find one that does. */
export const blockWayOut = (state: LoopState): LoopState =>
  state.kind === 'ready' ? { kind: 'waiting', cause: 'way-out', next: state.next } : state;

/** Leaves later wake-ups to the claim after this one. */
export const beginClaim = (): LoopState => ({ kind: 'claiming', next: 'nothing' });

export function endClaim(state: LoopState): LoopState {
  if (state.kind === 'stopping') return { kind: 'stopping', isClaiming: false };
  return { kind: 'ready', next: state.next };
}

/** @param look what it looked for: the next claim looks for it again. */
export function failClaim(state: LoopState, look: Look): LoopState {
  const ended = more(endClaim(state), wider(look, 'lanes'));
  return ended.kind === 'ready' ? { ...ended, kind: 'waiting', cause: 'database' } : ended;
}

export const stop = (state: LoopState): LoopState => ({
  kind: 'stopping',
  isClaiming: state.kind === 'claiming',
});
