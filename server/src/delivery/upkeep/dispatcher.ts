/** Starts the delivery loop with the server, wakes it after commits, and stops it with the server. */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Core } from '@strapi/strapi';
import debounce from 'lodash/debounce';
import throttle from 'lodash/throttle';

import type { Dispatcher } from '../loop/dispatcher';
import { createAlarm, type Later } from './alarm';
import { AT_ONCE, NEVER, type Agenda } from './agenda';
import type { EverySecond } from './every-second';
import { createHeartbeat } from './heartbeat';

/** Requests that end within this time of each other share a wake-up; the first one wakes at once. */
const GATHER_MS = 250;
/** Writes in code share one when they follow each other faster than this. */
const RAPID_MS = 20;

interface Dependencies {
  strapi: Core.Strapi;
  dispatcher: Dispatcher;
  enabled: boolean;
  drainMs: number;
  /** False while the database belongs to another environment. */
  isOurs: () => boolean;
  agenda: Agenda;
  now: () => number;
  later: Later;
  /** Called from `start` on. */
  everySecond: () => EverySecond;
  /** When a message is due, from the database. Null: none. */
  earliestDue: () => Promise<number | null>;
  /** Called when messages may be due, also on a node that does not deliver. */
  onWake: () => void;
}

export function createDispatcherHandle(deps: Dependencies) {
  const { strapi, dispatcher, enabled, drainMs, isOurs, agenda } = deps;
  // The loop outlives the transaction or request that wakes it: its statements would join the one, and
  // the memory of the other would never be freed.
  const outsideAnyRequest = AsyncLocalStorage.snapshot();
  let stopped = false;

  /** Commands such as `strapi export` load plugins but do not listen: they must not deliver. */
  const mayDeliver = (): boolean =>
    enabled && !stopped && strapi.server.httpServer.listening && isOurs();

  /** After a quiet time, the node first reads what other nodes changed. */
  function rouse(): void {
    const catchingUp = deps.everySecond().catchUp();
    if (catchingUp === undefined) dispatcher.wake();
    else void catchingUp.then(() => mayDeliver() && dispatcher.wake());
  }

  const wakeLoop = (): void => outsideAnyRequest(rouse);
  const gathered = throttle(wakeLoop, GATHER_MS);
  const gatheredInCode = debounce(wakeLoop, RAPID_MS, { leading: true, maxWait: GATHER_MS });

  const heartbeat = createHeartbeat();
  const alarm = createAlarm({
    now: deps.now,
    later: deps.later,
    ring: () => {
      if (stopped) return;
      deps.onWake();
      if (mayDeliver()) rouse();
    },
  });
  const setAlarm = (instant: number): void => {
    if (!stopped) outsideAnyRequest(() => alarm(instant));
  };

  async function beat(): Promise<void> {
    if (stopped || !strapi.server.httpServer.listening || !agenda.isDue()) return;
    await agenda.run(deps.everySecond().run);
    if (mayDeliver()) dispatcher.wake({ gates: true });
  }

  return {
    start(): void {
      heartbeat.start(() => outsideAnyRequest(beat));
    },

    /** Called every second: asks the database when it is time to. Never rejects. */
    beat,

    /** When a message is due again, as far as is known: at once while there is something to do. */
    async nextDue(): Promise<number> {
      if (!mayDeliver()) return NEVER;
      if (!agenda.isQuiet() || !dispatcher.isAtRest()) return AT_ONCE;
      return (await deps.earliestDue()) ?? NEVER;
    },

    /** Wakes the loop at that instant, for messages of which the agenda knows. */
    setAlarm,

    /**
     * Sends due messages without waiting for the next second. Within a request: after its response.
     * Returns at once.
     *
     * @param dueAt when they are due, if that is later than now.
     */
    wake(dueAt = deps.now()): void {
      const isLater = dueAt > deps.now();
      if (isLater) setAlarm(dueAt);
      else deps.onWake();
      if (!mayDeliver()) return;
      agenda.stir(); // Messages may be due later.
      if (isLater) return;
      const response = strapi.requestContext.get()?.res;
      if (response === undefined) gatheredInCode();
      else if (response.closed) gathered();
      // Once per request, whatever the number of writes.
      else if (!response.listeners('close').includes(gathered)) response.on('close', gathered);
    },

    /** Sends due messages, and resolves when none is under way. For the app's own code. */
    tick: (): Promise<void> => (isOurs() ? outsideAnyRequest(dispatcher.tick) : Promise.resolve()),

    isAtRest: dispatcher.isAtRest,

    stats: () => ({ enabled, ...dispatcher.stats() }),

    /** Resolves when nothing is in flight. Unfinished messages are handed back and due at once. */
    async stop(): Promise<void> {
      stopped = true;
      gathered.cancel();
      gatheredInCode.cancel();
      await Promise.all([heartbeat.stop(), dispatcher.stop(AbortSignal.timeout(drainMs))]);
    },
  };
}

export type DispatcherHandle = ReturnType<typeof createDispatcherHandle>;
