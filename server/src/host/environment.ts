/**
 * Prevents deliveries from another environment's database, such as a restored backup or a cloned stack. A
 * database is marked when it is first used. With another environment's mark, nothing is delivered until an
 * administrator adopts the database or discards its pending messages.
 */
import type { Core } from '@strapi/strapi';

import type { EnvironmentView } from './environment-view';
import {
  broughtUpToDate,
  coordinatesOf,
  mismatchOf,
  namesDiffer,
  placeLabel,
  type Mark,
  type Mismatch,
  type Sighting,
} from '../core/routing/environment';
import { CoreError } from '../core/errors';
import type { Log } from '../delivery/loop/ports';
import { PLUGIN_ID } from '../plugin-id';
import type { FullStore } from '../store/types';
import type { InstallationNote } from './installation-note';

/** A backup may be restored while Strapi runs. */
const LOOK_EVERY_MS = 5_000;
const BATCH = 500;
const MARK = 'mark';
const COPIED =
  'Made in another environment. Resume it if this one is meant to call it, or change its URL first.';

interface Dependencies {
  strapi: Core.Strapi;
  store: FullStore;
  note: InstallationNote;
  /** `environment` of the config. */
  named: string | null;
  /** Creates the id of an installation. */
  randomId: () => string;
  now: () => number;
  /** Called when endpoints and messages have changed, or may be delivered. */
  onResolved: () => Promise<void>;
  log: Log;
}

export function createEnvironment(deps: Dependencies) {
  const { strapi, store, note, named, randomId, now, onResolved, log } = deps;
  let mark: Mark | null = null;
  let mismatch: Mismatch | null = null;
  let lookedAt = 0;

  let place: string | undefined;
  const ownLabel = (): string => named ?? (place ??= placeOfDatabase());
  function placeOfDatabase(): string {
    const { client, connection } = strapi.config.get<{ client: string; connection: object }>(
      'database.connection'
    );
    return placeLabel(coordinatesOf(client, connection));
  }

  async function sighting(): Promise<Sighting> {
    const traces = await store.databaseTraces();
    const label = ownLabel();
    // A database without an identity is identified by its location.
    return { name: named, label, traces: traces.length > 0 ? traces : [`place:${label}`] };
  }

  const newMark = ({ name, label, traces }: Sighting): Mark => ({
    installation: randomId(),
    name,
    label,
    traces: [...traces],
  });

  async function isUnused(): Promise<boolean> {
    return (await store.maxMessageId()) === 0 && (await store.listEndpoints()).length === 0;
  }

  /** Databases of version 0.1.0 have their mark in the core store. */
  async function isMarkedInCoreStore(): Promise<boolean> {
    const record = strapi.store({ type: 'plugin', name: PLUGIN_ID, key: 'environment' });
    const { label } = ((await record.get()) ?? {}) as { label?: string };
    return label === ownLabel() || label === placeOfDatabase();
  }

  async function readMark(seen: Sighting): Promise<Mark | null> {
    const stored = await store.readSetting(MARK);
    if (stored !== null) return JSON.parse(stored) as Mark;
    if (!(await isUnused()) && !(await isMarkedInCoreStore())) return null;
    return JSON.parse(await store.claimSetting(MARK, JSON.stringify(newMark(seen)))) as Mark;
  }

  async function compare(found: Mark | null, seen: Sighting): Promise<Mismatch | null> {
    if (found === null) return 'unmarked';
    const before = mark?.installation;
    // This process has used the installation, so only the server behind the address was replaced.
    if (mismatch === null && before === found.installation && !namesDiffer(found, seen))
      return null;
    return mismatchOf(found, seen, await note.has(found.installation));
  }

  async function look(): Promise<void> {
    lookedAt = now();
    const seen = await sighting();
    const found = await readMark(seen);
    const result = await compare(found, seen);
    const isAnother = mark !== null && mark.installation !== found?.installation;
    const isNews = result !== mismatch || isAnother;
    mark = found;
    mismatch = result;
    if (found !== null && result === null) await keepUp(found, seen);
    const why = problem();
    if (isNews && why !== null) log.error(why);
    if (isAnother) await onResolved();
  }

  async function keepUp(found: Mark, seen: Sighting): Promise<void> {
    const current = broughtUpToDate(found, seen);
    if (current !== found) {
      await write(current);
      log.info(
        `the database is the one that was marked at ${found.label}; it is at ${seen.label} now`
      );
    }
    await note.add(current.installation);
  }

  async function write(next: Mark): Promise<void> {
    await store.writeSetting(MARK, JSON.stringify(next));
    mark = next;
  }

  /** Marks the database with a new identity; the original keeps its own. */
  async function takeOver(): Promise<void> {
    const next = newMark(await sighting());
    await write(next);
    mismatch = null;
    await note.add(next.installation);
  }

  function problem(): string | null {
    if (mismatch === null) return null;
    return `${REASONS[mismatch](mark?.label ?? '', ownLabel())} Nothing is delivered until an administrator adopts the database or discards what is pending.`;
  }

  function demandForeign(): void {
    if (mismatch !== null) return;
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
    let after: number | undefined = 0;
    while (after !== undefined) {
      const range = { after, upTo, limit: BATCH };
      const { rows, next } = await store.matchIds({ state: ['pending', 'active'] }, range);
      const ids = rows.map(({ id }) => id);
      canceled += await store.cancel(ids, now());
      after = next?.id;
    }
    return canceled;
  }

  return {
    /** At boot, before anything is delivered. */
    look,

    /** Each second, and mostly idle. */
    async lookIfOld(): Promise<void> {
      if (now() - lookedAt >= LOOK_EVERY_MS) await look();
    },

    /** Called for every claim and message. */
    mayDeliver: (): boolean => mismatch === null,

    /** Why nothing is delivered, or null. */
    problem,

    view: (): EnvironmentView => ({
      foreign: mismatch !== null,
      reason: mismatch,
      current: ownLabel(),
      madeBy: mark?.label ?? null,
    }),

    /** Takes over the database with its pending messages. @throws CoreError CONFLICT when it is ours. */
    async adopt(): Promise<void> {
      await look();
      demandForeign();
      await takeOver();
      log.warn('the database was adopted: what is pending in it is delivered');
      await onResolved();
    },

    /** Takes over the database, cancels pending messages and pauses all endpoints. @throws CoreError CONFLICT. */
    async discardPending(): Promise<{ canceled: number }> {
      await look();
      demandForeign();
      // The mark is written last: if interrupted, the database is still foreign.
      await pauseEndpoints();
      const canceled = await cancelPending();
      await takeOver();
      log.warn(
        `the database was adopted: ${canceled} pending messages discarded, endpoints paused`
      );
      await onResolved();
      return { canceled };
    },
  };
}

const REASONS: Record<Mismatch, (marked: string, here: string) => string> = {
  name: (marked, here) =>
    `This database was made by another environment: "${marked}", and this one is "${here}".`,
  copy: (marked, here) =>
    `This database is a copy, or was moved to another server: it was marked at "${marked}", and this is "${here}". Set "environment" in the configuration to have it recognized by name.`,
  unmarked: () =>
    'This database has endpoints or messages, and no mark of the environment they were made in.',
};

export type EnvironmentBinding = ReturnType<typeof createEnvironment>;
