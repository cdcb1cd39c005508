/** The state of the delivery loop, and its transitions. `dispatcher.ts` acts on it. */

/** What a claim may find: nothing as far as is known, messages in open lanes, or also behind gates. */
type Look = 'nothing' | 'lanes' | 'gates';

/** `next`: what to look for in the claim after this one. */
interface Claiming {
  kind: 'claiming';
  look: Look;
  next: Look;
}

export type LoopState =
  /** Before the first wake-up. */
  | { kind: 'new'; next: 'nothing' }
  | { kind: 'ready'; next: Look }
  | Claiming
  /** The last claim failed, or no request gets out. Until the next wake-up. */
  | { kind: 'waiting'; cause: 'database' | 'way-out'; next: Look }
  | { kind: 'stopping'; isClaiming: boolean };

const WIDTH: Record<Look, number> = { nothing: 0, lanes: 1, gates: 2 };
const wider = (a: Look, b: Look): Look => (WIDTH[a] < WIDTH[b] ? b : a);

/** More may be due. */
export function more(state: LoopState, look: Look = 'lanes'): LoopState {
  if (state.kind === 'new' || state.kind === 'stopping') return state;
  return { ...state, next: wider(state.next, look) };
}

export function wakeUp(state: LoopState, look: Look): LoopState {
  const woken = more(state, look);
  if (woken.kind === 'new') return { kind: 'ready', next: look };
  return woken.kind === 'waiting' ? { kind: 'ready', next: woken.next } : woken;
}

/** No request gets out. A claim that is under way may still find one that does. */
export const blockWayOut = (state: LoopState): LoopState =>
  state.kind === 'ready' ? { kind: 'waiting', cause: 'way-out', next: state.next } : state;

export const beginClaim = (state: LoopState): Claiming => ({
  kind: 'claiming',
  look: state.kind === 'stopping' ? 'lanes' : wider(state.next, 'lanes'),
  next: 'nothing',
});

export function endClaim(state: LoopState): LoopState {
  if (state.kind === 'stopping') return { kind: 'stopping', isClaiming: false };
  return state.kind === 'claiming' ? { kind: 'ready', next: state.next } : state;
}

/** The next claim looks at the same again, and not before the next wake-up. */
export function failClaim(state: LoopState): LoopState {
  if (state.kind !== 'claiming') return endClaim(state);
  return { kind: 'waiting', cause: 'database', next: wider(state.look, state.next) };
}

export const stop = (state: LoopState): LoopState => ({
  kind: 'stopping',
  isClaiming: state.kind === 'claiming',
});

export const isClaiming = (state: LoopState): boolean =>
  state.kind === 'claiming' || (state.kind === 'stopping' && state.isClaiming);

/** A claim may find something. */
export const hasNext = (state: LoopState): boolean =>
  state.kind !== 'stopping' && state.next !== 'nothing';
