/**
 * The delivery loop: claims due messages, sends each, settles them in groups.
 *
 * Guarantee: at least once. A message is sent again if the process dies, or loses the database,
 * between sending and settlement. It is never dropped, because only a settlement moves it on. Slots
 * are refilled as they become free, so that nothing waits for the slowest of a batch, and from
 * messages claimed ahead, so that they do not wait for a claim.
 *
 * The loop has no timer. It runs when it is woken (by a commit, and by upkeep) and when a claim,
 * a send or a settlement ends.
 */
import { isLatestLane } from '../../core/gates/delivery-mode';
import { isGone } from '../../core/message/outcome';
import { attempt } from './attempt';
import { attemptLine } from './attempt-line';
import { createLanes } from './lanes';
import { createOrigins, exchangeOf, type Exchange } from './origins';
import { createOutages } from './outages';
import type { Clock, Handlers, Log, Router, Sender, Settle, SettleResult, Store } from './ports';
import { createReleaser } from './releaser';
import { createSettler, type Unsettled } from './settler';
import { createSlots, PATIENCE_MS, type Claimed } from './slots';
import * as states from './state';
import { createSteps } from './steps';
import type { Turns } from './turns';
import { createWaiters } from './waiters';

export interface Dependencies {
  store: Store;
  settle: Settle;
  sender: Sender;
  handlers: Handlers;
  router: Router;
  clock: Clock;
  /** A sample of [0, 1). */
  random: () => number;
  /** A new fence for each claim. */
  token: () => string;
  turns: Omit<Turns, 'step'>;
  log: Log;
}

export interface DispatcherOptions {
  /**
   * Maximum number of requests in flight, not counting those that silent receivers hold beyond
   * their part. A multiple of it bounds messages that are sent and not yet settled.
   */
  slots: number;
  /** Length of a lease, ms. Must exceed every timeout, or a slow send is sent twice. */
  leaseMs: number;
}

export type Dispatcher = ReturnType<typeof createDispatcher>;

/**
 * Messages this process holds at most, per slot: being sent, or sent and not yet settled. Below
 * two, nothing is sent while a group is written. Above, losing the database would send more
 * messages twice.
 */
const HELD_PER_SLOT = 3;
/** Messages claimed ahead, per slot. Their leases end if the process dies. */
const WAITING_PER_SLOT = 3;
/** Part of the slots, and of the places to wait, that a claim must be able to fill while more are about to become free. */
const WORTH_A_CLAIM = 1 / 2;

export function createDispatcher(deps: Dependencies, options: DispatcherOptions) {
  const { store, settle, sender, router, clock, token, turns, log } = deps;
  const { leaseMs } = options;

  const cut = new AbortController();
  const lanes = createLanes();
  const origins = createOrigins({ clock, slots: options.slots });
  const outages = createOutages(log);
  const steps = createSteps({ turns, step, outages, onStill: () => rest.look() });
  const onProgress = steps.ask;
  const settler = createSettler({ settle, clock, turns, log, outages, onSettled, onProgress });
  const releaser = createReleaser({ store, outages, onProgress });
  const slots = createSlots({
    clock,
    lanes,
    origins,
    releaser,
    capacity: () =>
      Math.min(
        options.slots + origins.excess(),
        options.slots * HELD_PER_SLOT - settler.size() - releaser.size()
      ),
    maxWaiting: options.slots * WAITING_PER_SLOT,
    begin: (claimed) => {
      deliver(claimed).catch((error: unknown) => outages.failed('attempt', error));
    },
  });
  const rest = createWaiters(() => !isInMotion());

  let state = states.START;

  const isStopping = (): boolean => state.kind === 'stopping';

  /** The loop: what can be begun and claimed now. */
  function step() {
    if (isStopping() || isCut()) slots.giveBackAll();
    const begun = slots.fill(turns.begins());
    if (mayClaim()) claim().catch((error: unknown) => outages.failed('claim', error));
    return { worked: begun > 0, goOn: slots.hasHadItsTurn() };
  }

  function mayClaim(): boolean {
    if (!isReady() || origins.hasRefusedEnough()) return false;
    const hasMore = states.nextOf(state) !== 'nothing';
    const wanted = slots.free() + slots.spare();
    if (wanted <= 0) return false;
    const enough = (options.slots + slots.places()) * WORTH_A_CLAIM;
    if ((hasMore && wanted >= enough) || lanes.hasEnoughRoom()) return true;
    // Few slots are free, but no write is about to free more, and requests in flight may take long.
    return slots.free() > 0 && (hasMore || lanes.hasRoom()) && !settler.isWriting();
  }

  const isCut = (): boolean => sender.isCut();

  function isReady(): boolean {
    if (state.kind === 'ready') return !isCut() || slots.sending() === 0;
    return state.kind === 'waiting' && state.cause === 'way-out' && !isCut();
  }

  const isInMotion = (): boolean =>
    steps.isRunning() ||
    states.isClaiming(state) ||
    slots.sending() > 0 ||
    settler.isWriting() ||
    releaser.size() > 0;

  async function claim(): Promise<void> {
    const look = states.nextOf(state);
    state = states.beginClaim();
    try {
      const now = clock.now();
      const cut = isCut();
      const most = slots.free() + slots.spare();
      const limit = cut ? Math.min(1, slots.free()) : Math.min(most, turns.group());
      const lease = { now, leaseMs: leaseMs + PATIENCE_MS };
      const leaseUntil = now + lease.leaseMs;
      const budget = origins.narrow(lanes.budget(router.laneLimits()));
      const request = { limit, ...lease, token: token(), budget, gates: look === 'gates' };
      const messages = await store.claim(request);
      outages.worked('claim');
      for (const message of messages) {
        if (isStopping()) releaser.add(message);
        else slots.add({ message, origin: router.originOf(message), claimedAt: now, leaseUntil });
      }
      if (messages.length >= limit) state = states.more(state);
      state = states.endClaim(state);
      if (cut && messages.length === 0) beginRound();
    } catch (error) {
      state = states.failClaim(state, look);
      outages.failed('claim', error);
    }
    lanes.setPace(clock.now());
    steps.ask();
  }

  /** During an outage, lanes are tried in turn, since one of them may work. */
  function beginRound(): void {
    state = states.blockWayOut(states.more(state));
    lanes.unholdAll();
  }

  async function deliver(claimed: Claimed): Promise<void> {
    const { message, leaseUntil } = claimed;
    let exchange: Exchange | undefined;
    try {
      const attempted = await attempt(message, deps, cut.signal);
      switch (attempted.kind) {
        case 'aborted':
          releaser.add(message);
          break;
        case 'held':
          slots.hold(message.lane); // Otherwise the next claim would take it again at once.
          releaser.add(message);
          break;
        case 'cut':
          outages.failed('send', attempted.error);
          state = states.blockWayOut(state);
          slots.hold(message.lane);
          releaser.add(message);
          break;
        case 'recorded':
          onSettled([{ settled: attempted.settled, leaseUntil }], {
            ours: new Set(attempted.ours ? [message.id] : []),
            changed: false, // only endpoints do, and a handler is none
          });
          break;
        case 'concluded':
          if (isGone(attempted.settled)) slots.hold(message.lane); // its endpoint is about to be disabled
          exchange = exchangeOf(attempted.settled);
          settler.add({ settled: attempted.settled, leaseUntil });
      }
      outages.worked('attempt');
      if (sender.problem() === null) outages.worked('send');
    } finally {
      if (slots.end(claimed, exchange)) state = states.more(state);
      steps.ask();
    }
  }

  function onSettled(group: readonly Unsettled[], { ours, changed }: SettleResult): void {
    for (const { settled } of group) {
      const { message, settlement } = settled;
      // Its callbacks, and messages that waited for it, may be due now.
      const { queue, flowControl, lane, event } = message;
      const frees = queue || flowControl || isLatestLane(lane) || event.source === 'batch';
      if (settled.callbacks || frees) state = states.more(state);
      if (!ours.has(message.id)) {
        log.warn(attemptLine(settled, 'lease-lost'));
        continue;
      }
      log.info(attemptLine(settled, settlement.to));
    }
    if (changed) wake();
  }

  function wake({ gates = false } = {}): void {
    if (isStopping()) return;
    state = states.wakeUp(state, gates ? 'gates' : 'lanes');
    origins.look();
    if (!isCut()) lanes.unholdAll();
    slots.giveBackStale();
    settler.retry();
    steps.ask();
  }

  return {
    /**
     * Reports that a message may be due. Returns at once. Overlapping calls share one loop.
     * `gates`: also in queues and behind flow-control keys, where another process may have put one.
     */
    wake,

    /**
     * Sends what is due, and resolves when nothing is in progress. Never rejects: failures are
     * logged, and retried at the next tick.
     */
    tick(): Promise<void> {
      wake({ gates: true });
      return rest.wait();
    },

    /**
     * Stops claiming and lets requests in flight end. When `deadline` fires, they are aborted and
     * their messages handed back, due at once for the next process.
     */
    async stop(deadline: AbortSignal): Promise<void> {
      state = states.stop(state);
      const abort = (): void => cut.abort();
      if (deadline.aborted) abort();
      deadline.addEventListener('abort', abort, { once: true });
      settler.retry(); // Last chance to settle.
      steps.ask();
      await rest.wait();
      deadline.removeEventListener('abort', abort);
    },

    /** Nothing is in progress, and nothing waits for a wake-up: only the database knows what is due next. */
    isAtRest: (): boolean => states.isDone(state) && !isInMotion() && settler.size() === 0,

    stats: (): { running: boolean; inFlight: number } => ({
      running: !isStopping() && !(state.kind === 'waiting' && state.cause === 'start'),
      inFlight: slots.sending(),
    }),
  };
}
