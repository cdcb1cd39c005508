/**
 * Receivers that wait for messages. They hold neither a lease nor a database connection meanwhile: they look again
 * when messages may be due on this node, and every second, since other nodes record messages too.
 */
import throttle from 'lodash/throttle';

import { CoreError } from '../../core/errors';
import type { PulledMessage, PullReport, PullSettlement } from '../../core/message/pull';
import { SECOND_MS } from '../../core/time';
import type { Directory, EndpointSettings } from './directory';
import type { PullAsk } from './pull';

/** Writes that follow each other faster share one look. */
const GATHER_MS = 100;
/** Waiting claims of one endpoint on this node. */
const MAX_WAITING = 100;

interface Dependencies {
  claim: (
    endpoint: EndpointSettings,
    ask: PullAsk,
    client: AbortSignal
  ) => Promise<PulledMessage[]>;
  settle: (endpoint: EndpointSettings, reports: readonly PullReport[]) => Promise<PullSettlement>;
  directory: Pick<Directory, 'endpoint'>;
}

export interface WaitingAsk extends PullAsk {
  waitMs: number;
}

export interface PullCounter {
  /**
   * Claims messages, and waits for some.
   *
   * @param client fires when the client has gone.
   * @throws CoreError NOT_FOUND when the endpoint is deleted meanwhile; CONFLICT when too many wait for it.
   */
  claim(endpointId: number, ask: WaitingAsk, client: AbortSignal): Promise<PulledMessage[]>;
  settle(endpointId: number, reports: readonly PullReport[]): Promise<PullSettlement>;
  /** Reports that messages may be due. Returns at once. */
  ring(): void;
  /** Answers those who wait, and resolves when nothing is under way. */
  stop(): Promise<void>;
}

export function createPullCounter({ claim, settle, directory }: Dependencies): PullCounter {
  const bells = new Set<() => void>();
  const running = new Set<Promise<unknown>>();
  const waiting = new Map<number, number>();
  let isStopped = false;

  const ringAll = (): void => [...bells].forEach((rings) => rings());
  const ring = throttle(ringAll, GATHER_MS);

  /** Resolves when a bell rings, after a second, or when the signal fires. */
  const nextRing = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        bells.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, SECOND_MS);
      bells.add(end);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });

  function endpointOf(id: number): EndpointSettings {
    const endpoint = directory.endpoint(id);
    if (endpoint === undefined) throw new CoreError('NOT_FOUND', `there is no endpoint ${id}`);
    return endpoint;
  }

  async function claimOrWait(
    endpointId: number,
    { waitMs, ...ask }: WaitingAsk,
    client: AbortSignal
  ): Promise<PulledMessage[]> {
    const signal = AbortSignal.any([client, AbortSignal.timeout(waitMs)]);
    for (;;) {
      // Looks once more when the time is over.
      const isLast = waitMs === 0 || signal.aborted;
      if (isStopped || client.aborted) return [];
      const given = await claim(endpointOf(endpointId), ask, client);
      if (given.length > 0 || isLast) return given;
      await nextRing(signal);
    }
  }

  async function counted<T>(endpointId: number, work: () => Promise<T>): Promise<T> {
    const count = waiting.get(endpointId) ?? 0;
    if (count >= MAX_WAITING) {
      const text = `${MAX_WAITING} claims of this endpoint wait on this server`;
      throw new CoreError('CONFLICT', text);
    }
    waiting.set(endpointId, count + 1);
    try {
      return await work();
    } finally {
      const left = (waiting.get(endpointId) ?? 0) - 1;
      if (left > 0) waiting.set(endpointId, left);
      else waiting.delete(endpointId);
    }
  }

  function tracked<T>(work: Promise<T>): Promise<T> {
    running.add(work);
    const forget = (): boolean => running.delete(work);
    work.then(forget, forget);
    return work;
  }

  return {
    claim: (endpointId, ask, client) =>
      tracked(counted(endpointId, () => claimOrWait(endpointId, ask, client))),

    settle: (endpointId, reports) => tracked(settle(endpointOf(endpointId), reports)),

    ring,

    async stop() {
      isStopped = true;
      ring.cancel();
      ringAll();
      await Promise.allSettled(running);
    },
  };
}
