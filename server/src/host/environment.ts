/**
 * Whose database is this? At the first boot it is marked as ours. When the mark is another
 * environment's (a restored backup, `strapi transfer`, `import`), nothing is delivered until a person
 * has said what it is: what waits in it was meant to be sent by somebody else.
 */
import type { Core } from '@strapi/strapi';

import type { EnvironmentView } from './environment-view';
import { coordinatesOf, environmentOf, type Environment } from '../core/routing/environment';
import { CoreError } from '../core/errors';
import type { Log } from '../delivery/loop/ports';
import { PLUGIN_ID } from '../plugin-id';
import type { FullStore } from '../store/types';

/** An import may come while we run. */
const LOOK_EVERY_MS = 5_000;
const BATCH = 500;
const COPIED =
  'Made in another environment. Resume it if this one is meant to call it, or change its URL first.';

interface Dependencies {
  strapi: Core.Strapi;
  store: FullStore;
  /** `environment` of the config. */
  named: string | null;
  now: () => number;
  /** What endpoints and messages are was changed. */
  onResolved: () => Promise<void>;
  log: Log;
}

export function createEnvironment(deps: Dependencies) {
  const { strapi, store, named, now, onResolved, log } = deps;
  const record = strapi.store({ type: 'plugin', name: PLUGIN_ID, key: 'environment' });
  let stored: Environment | null = null;
  let lookedAt = 0;

  let computed: Environment | undefined;
  const own = (): Environment => (computed ??= compute());
  const compute = (): Environment => {
    const { client, connection } = strapi.config.get<{ client: string; connection: object }>(
      'database.connection'
    );
    return environmentOf(named, coordinatesOf(client, connection));
  };
  const isForeign = (): boolean => stored !== null && stored.fingerprint !== own().fingerprint;

  async function look(): Promise<void> {
    const wasForeign = isForeign();
    lookedAt = now();
    stored = (await record.get()) as Environment | null;
    if (stored === null) await mark();
    if (!isForeign() || wasForeign) return;
    log.error(
      `this database was made by another environment (${stored?.label}; here is ${own().label}): ` +
        'nothing is delivered until an administrator adopts it or discards what is pending'
    );
  }

  async function mark(): Promise<void> {
    stored = own();
    await record.set({ value: stored });
  }

  function demandForeign(): void {
    if (isForeign()) return;
    throw new CoreError('CONFLICT', 'this database belongs to this environment already');
  }

  async function pauseEndpoints(): Promise<void> {
    for (const { id, state } of await store.listEndpoints()) {
      if (state !== 'active') continue;
      const write = { state: 'paused' as const, stateReason: COPIED, stateChangedAt: now() };
      await store.updateEndpoint(id, write);
    }
  }

  async function cancelPending(): Promise<number> {
    const upTo = await store.maxMessageId();
    let canceled = 0;
    for (let after = 0; ;) {
      const ids = await store.matchIds({ state: ['pending', 'active'] }, after, upTo, BATCH);
      const last = ids.at(-1);
      if (last === undefined) return canceled;
      canceled += await store.cancel(ids, now());
      after = last;
    }
  }

  return {
    /** At boot, before anything is delivered. */
    look,

    /** Each second, and mostly idle. */
    async lookIfOld(): Promise<void> {
      if (now() - lookedAt >= LOOK_EVERY_MS) await look();
    },

    /** Asked for every claim and every message. */
    mayDeliver: (): boolean => !isForeign(),

    /** Why nothing is delivered, or null. */
    problem: (): string | null =>
      isForeign()
        ? `This database was made by another environment (${stored?.label}): nothing is delivered. Adopt it, or discard what is pending.`
        : null,

    view: (): EnvironmentView => ({
      foreign: isForeign(),
      current: own().label,
      madeBy: stored?.label ?? null,
    }),

    /** It is ours now, with all that waits in it. @throws CoreError CONFLICT when it was already. */
    async adopt(): Promise<void> {
      await look();
      demandForeign();
      await mark();
      log.warn('the database was adopted: what is pending in it is delivered');
      await onResolved();
    },

    /** It is ours now; what waits is canceled, and every endpoint paused. @throws CoreError CONFLICT. */
    async discardPending(): Promise<{ canceled: number }> {
      await look();
      demandForeign();
      // First what must not be called, last the mark: interrupted, it is still foreign.
      await pauseEndpoints();
      const canceled = await cancelPending();
      await mark();
      log.warn(
        `the database was adopted: ${canceled} pending messages discarded, endpoints paused`
      );
      await onResolved();
      return { canceled };
    },
  };
}

export type EnvironmentBinding = ReturnType<typeof createEnvironment>;
