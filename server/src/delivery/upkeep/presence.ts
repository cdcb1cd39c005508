/**
 * Lists the running servers. Each reports every few seconds, or less often while it is idle and the
 * only one, and removes itself when it stops. With each report it says when the next one is due; a killed
 * one becomes silent, and is removed later.
 */
import { hostname } from 'node:os';

import type { NodeView } from '../../stats/types';
import { ALONE, type Place } from '../../core/gates/share';
import type { Log } from '../loop/ports';
import type { NodeRecord } from '../../store/log/panel-types';
import type { FullStore } from '../../store/types';
import { AT_ONCE } from './agenda';
import { MINUTE_MS } from '../../core/time';

const BEAT_EVERY_MS = 10_000;
/** How late a report may be. */
const PATIENCE_MS = 2 * BEAT_EVERY_MS;
/** Long enough to notice a crash: nothing has to be done about it, since other servers send its messages. */
const FORGOTTEN_AFTER_MS = 5 * MINUTE_MS;

interface Dependencies {
  store: Pick<FullStore, 'beat' | 'listNodes' | 'removeNode'>;
  /** Unique per process. */
  name: string;
  delivers: boolean;
  /** How long it may be idle without a report while it is the only one. */
  idlePollMs: number;
  now: () => number;
  log: Log;
}

export function createPresence({ store, name, delivers, idlePollMs, now, log }: Dependencies) {
  let startedAt: number | null = null;
  let beatAt = 0;
  /** As promised by the last report. */
  let nextBeatAt = 0;
  let isAlone = false;
  let place = ALONE;

  async function beat(inFlight: number): Promise<void> {
    const seenAt = now();
    beatAt = seenAt;
    startedAt ??= seenAt;
    const promisedAt = seenAt + (isAlone ? Math.max(idlePollMs, BEAT_EVERY_MS) : BEAT_EVERY_MS);
    await store.beat({
      name,
      host: hostname().slice(0, 255),
      pid: process.pid,
      delivers,
      inFlight,
      startedAt,
      seenAt,
      silentAt: promisedAt + PATIENCE_MS,
    });
    nextBeatAt = promisedAt;
    const nodes = await store.listNodes();
    for (const node of nodes.filter(isForgottenAmong(nodes))) await store.removeNode(node.name);
    const others = nodes.filter((node) => node.name !== name);
    isAlone = others.every(isSilent);
    place = placeAmong(nodes.map(viewOf));
  }

  /** How long it has been silent; negative while it is not. */
  const silentForMs = ({ seenAt, silentAt }: NodeRecord): number =>
    now() - (silentAt ?? seenAt + BEAT_EVERY_MS + PATIENCE_MS);
  const isSilent = (node: NodeRecord): boolean => silentForMs(node) > 0;

  /** Silent for long, or replaced: a server has started for it since, as after a deployment. */
  function isForgottenAmong(nodes: readonly NodeRecord[]): (node: NodeRecord) => boolean {
    const successors = nodes.filter((node) => !isSilent(node));
    const forgotten = nodes.filter(isSilent).filter((node) => {
      const successor = successors.findIndex(({ startedAt: at }) => at > node.seenAt);
      if (successor >= 0) successors.splice(successor, 1);
      return successor >= 0 || silentForMs(node) > FORGOTTEN_AFTER_MS;
    });
    return (node) => forgotten.includes(node);
  }

  function viewOf(node: NodeRecord): NodeView {
    const { host, pid, inFlight, startedAt, seenAt } = node;
    return {
      host,
      pid,
      delivers: node.delivers,
      inFlight,
      startedAt,
      seenAt,
      isThis: node.name === name,
      silent: isSilent(node),
    };
  }

  return {
    /**
     * Called every second; usually does nothing.
     *
     * @returns when the next report is due; at once while there are other servers.
     */
    async tick(inFlight: number): Promise<number> {
      if (now() - beatAt >= BEAT_EVERY_MS) await beat(inFlight);
      return isAlone ? nextBeatAt : AT_ONCE;
    },

    /** Reports. @throws when the database does. */
    beat,

    /** Running servers, and those that stopped without notice a few minutes ago. */
    async list(): Promise<NodeView[]> {
      const nodes = await store.listNodes();
      const isForgotten = isForgottenAmong(nodes);
      return nodes.filter((node) => !isForgotten(node)).map(viewOf);
    },

    /** Whether no other server runs, as of the last report. */
    isAlone: (): boolean => isAlone,

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
