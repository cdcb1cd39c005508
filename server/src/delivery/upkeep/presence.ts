/**
 * Lists the running servers. Each reports every few seconds and removes itself when it stops. A killed
 * one becomes silent, and is removed later.
 */
import { hostname } from 'node:os';

import type { NodeView } from '../../stats/types';
import { ALONE, type Place } from '../../core/gates/share';
import type { Log } from '../loop/ports';
import type { FullStore } from '../../store/types';
import { HOUR_MS } from '../../core/time';

const BEAT_EVERY_MS = 10_000;
/** Three missed reports. */
const SILENT_AFTER_MS = 3 * BEAT_EVERY_MS;
/** Long enough to be noticed after an alert. */
const FORGOTTEN_AFTER_MS = HOUR_MS;

interface Dependencies {
  store: Pick<FullStore, 'beat' | 'listNodes' | 'removeNode' | 'removeNodesSeenBefore'>;
  /** Unique per process. */
  name: string;
  delivers: boolean;
  now: () => number;
  log: Log;
}

export function createPresence({ store, name, delivers, now, log }: Dependencies) {
  let startedAt: number | null = null;
  let beatAt = 0;
  let place = ALONE;

  async function beat(inFlight: number): Promise<void> {
    const seenAt = now();
    beatAt = seenAt;
    startedAt ??= seenAt;
    await store.beat({
      name,
      host: hostname().slice(0, 255),
      pid: process.pid,
      delivers,
      inFlight,
      startedAt,
      seenAt,
    });
    await store.removeNodesSeenBefore(seenAt - FORGOTTEN_AFTER_MS);
    place = placeAmong(await list());
  }

  async function list(): Promise<NodeView[]> {
    const nodes = await store.listNodes();
    return nodes.map(({ name: node, ...its }) => ({
      ...its,
      isThis: node === name,
      silent: now() - its.seenAt > SILENT_AFTER_MS,
    }));
  }

  return {
    /** Called every second; usually does nothing. */
    async tick(inFlight: number): Promise<void> {
      if (now() - beatAt >= BEAT_EVERY_MS) await beat(inFlight);
    },

    /** Reports. @throws when the database does. */
    beat,

    /** All servers, including silent ones. */
    list,

    /** Place among the servers that deliver, as of the last report. */
    place: (): Place => place,

    async stop(): Promise<void> {
      if (startedAt === null) return;
      await store
        .removeNode(name)
        .catch((error: unknown) => log.debug('this server is still listed', { error }));
    },
  };
}

/** In the order of their start, as the store lists them. */
function placeAmong(nodes: readonly NodeView[]): Place {
  const delivering = nodes.filter(({ delivers, silent }) => delivers && !silent);
  const index = delivering.findIndex(({ isThis }) => isThis);
  return index < 0 ? ALONE : { index, count: delivering.length };
}
