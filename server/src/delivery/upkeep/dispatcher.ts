/**
 * Strapi's handle on the delivery loop: starts it with the server, wakes it on commit, stops it with
 * the server. Decisions live in `core/`, the loop in `dispatcher/`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Core } from '@strapi/strapi';
import throttle from 'lodash/throttle';

import type { Dispatcher } from '../loop/dispatcher';
import { createHeartbeat } from './heartbeat';

/** Requests that end within this time of each other share a wake-up; the first one wakes at once. */
const GATHER_MS = 100;

interface Dependencies {
  strapi: Core.Strapi;
  dispatcher: Dispatcher;
  enabled: boolean;
  drainMs: number;
  /** False while the database is another environment's. */
  isOurs: () => boolean;
}

export function createDispatcherHandle(deps: Dependencies) {
  const { strapi, dispatcher, enabled, drainMs, isOurs } = deps;
  // The loop outlives the caller that wakes it: begun inside somebody's transaction or request, its
  // statements would join the one, and the other would never be freed.
  const outsideAnyRequest = AsyncLocalStorage.snapshot();
  let stopped = false;

  /** Commands such as `strapi export` boot the plugins but never listen: they must not deliver. */
  const mayDeliver = (): boolean =>
    enabled && !stopped && strapi.server.httpServer.listening && isOurs();

  const gathered = throttle(() => outsideAnyRequest(() => dispatcher.wake()), GATHER_MS);

  const onClose = (): void => gathered();

  const heartbeat = createHeartbeat();

  return {
    /** @param everySecond what else happens each second. Delivery goes on when it fails. */
    start(everySecond: () => Promise<void>): void {
      async function onBeat(): Promise<void> {
        if (stopped || !strapi.server.httpServer.listening) return;
        await everySecond();
        if (mayDeliver()) dispatcher.wake({ gates: true });
      }
      heartbeat.start(() => outsideAnyRequest(onBeat));
    },

    /**
     * Sends what is due without waiting for the next tick. Returns at once. Called while a request is
     * answered, it lets the answer go first: its author waits for it, and nobody for the delivery. A long
     * one does not hold deliveries up: ticks go on.
     */
    wake(): void {
      if (!mayDeliver()) return;
      const response = strapi.requestContext.get()?.res;
      if (response === undefined) outsideAnyRequest(() => dispatcher.wake());
      else if (response.closed) gathered();
      // Once for each request, however many writes it makes.
      else if (!response.listeners('close').includes(onClose)) response.on('close', onClose);
    },

    /** Sends what is due until nothing is, and waits for it; for the host's own code. */
    tick: (): Promise<void> => (isOurs() ? outsideAnyRequest(dispatcher.tick) : Promise.resolve()),

    stats: () => ({ enabled, ...dispatcher.stats() }),

    /** Resolves when nothing of ours is in flight. What could not finish in time is handed back, due at once. */
    async stop(): Promise<void> {
      stopped = true;
      gathered.cancel();
      await Promise.all([heartbeat.stop(), dispatcher.stop(AbortSignal.timeout(drainMs))]);
    },
  };
}

export type DispatcherHandle = ReturnType<typeof createDispatcherHandle>;
