/**
 * Notes why endpoints with a ledger should be compared, and offers it until they have been
 * (docs/decisions/0029). Looks at the content and at the settings themselves.
 */
import { z } from 'zod';

import { parseInput } from '../../api/input';
import {
  changedPart,
  digestsOf,
  wasReplaced,
  type Extent,
  type Reason,
  type ToldDigests,
} from '../../core/ledger/reasons';
import { MINUTE_MS, SECOND_MS } from '../../core/time';
import { NEVER } from '../../delivery/upkeep/agenda';
import type { EndpointSettings } from '../../delivery/engine/directory';
import type { Runtime } from '../../runtime/runtime';
import type { ReconcileOffer } from '../contract';
import { judgeOf } from './backfill';

const LOOK_EVERY_MS = 10 * MINUTE_MS;
/** The panel asks more often than that. */
const FRESH_MS = 10 * SECOND_MS;
const EXTENT = 'extent:';
const TOLD = 'told:';
const MAX_IDS = 1_000;

/** An endpoint as it was when it was looked at, and the reason to compare it. */
interface Noted {
  told: ToldDigests;
  reason: Reason | null;
}

const dismissInput = z.strictObject({
  endpointIds: z.array(z.number().int().min(1)).min(1).max(MAX_IDS),
});

const kept = ({ directory }: Runtime): EndpointSettings[] =>
  directory.endpoints().filter(({ ledger }) => ledger);

const toldName = (id: number): string => `${TOLD}${id}`;

async function read<T>({ store }: Runtime, prefix: string): Promise<Map<string, T>> {
  const stored = await store.readSettings(prefix);
  return new Map([...stored].map(([name, value]) => [name, JSON.parse(value) as T]));
}

const write = ({ store }: Runtime, name: string, value: Noted | Extent): Promise<void> =>
  store.writeSetting(name, JSON.stringify(value));

/** Content types that the endpoint is told of. */
function typesOf(on: Runtime, id: number): string[] {
  const { hasTopicFor } = judgeOf(on, id);
  return on.schema
    .contentTypes()
    .filter((uid) => on.schema.eventsOf(uid).some((event) => hasTopicFor(event, uid)));
}

/** Content types whose rows are all others than before. */
async function replacedTypes(on: Runtime, uids: readonly string[]): Promise<Set<string>> {
  const extents = await read<Extent>(on, EXTENT);
  const replaced = new Set<string>();
  for (const uid of uids) {
    const name = EXTENT + uid;
    const before = extents.get(name);
    const at = on.clock.now();
    const seen = await on.store.contentExtent(uid);
    if (before && wasReplaced(before, seen)) replaced.add(uid);
    if (before?.lastId !== seen.lastId) {
      await write(on, name, { lastId: seen.lastId, at });
    }
  }
  return replaced;
}

async function note(
  on: Runtime,
  endpoint: EndpointSettings,
  { before, isReplaced }: { before: Noted | undefined; isReplaced: boolean }
): Promise<void> {
  const topics = on.directory
    .topics()
    .filter(({ endpointIds }) => endpointIds.includes(endpoint.id));
  const told = digestsOf({ ...endpoint, topics });
  const part = before ? changedPart(before.told, told) : null;
  if (before && part === null && !isReplaced) return;
  const kind = isReplaced ? 'content' : part;
  const reason: Reason | null = kind === null ? null : { kind, at: on.clock.now() };
  await write(on, toldName(endpoint.id), { told, reason });
  if (reason !== null) on.log.info(`endpoint "${endpoint.name}" should be compared: ${kind}`);
}

async function look(on: Runtime): Promise<void> {
  await on.directory.refreshIfChanged();
  const endpoints = kept(on);
  const noted = await read<Noted>(on, TOLD);
  const types = new Map(endpoints.map(({ id }) => [id, typesOf(on, id)]));
  const replaced = await replacedTypes(on, [...new Set([...types.values()].flat())]);
  for (const endpoint of endpoints) {
    const isReplaced = types.get(endpoint.id)?.some((uid) => replaced.has(uid)) === true;
    await note(on, endpoint, { before: noted.get(toldName(endpoint.id)), isReplaced });
  }
  const names = new Set(endpoints.map(({ id }) => toldName(id)));
  const left = [...noted.keys()].filter((name) => !names.has(name));
  if (left.length > 0) await on.store.removeSettings(left);
}

interface Looked {
  at: number;
  version: string | null;
}
const looks = new WeakMap<Runtime, Looked>();

/** @returns when there is something to look at again. */
export async function lookForReasons(on: Runtime, everyMs = LOOK_EVERY_MS): Promise<number> {
  const last = looks.get(on);
  const now = on.clock.now();
  const version = on.directory.version();
  if (last?.version === version && now - last.at < everyMs) return last.at + everyMs;
  if (kept(on).length === 0) return NEVER;
  await look(on);
  looks.set(on, { at: now, version: on.directory.version() });
  return now + everyMs;
}

/** Notes that the database was adopted. */
export async function noteAdoption(on: Runtime): Promise<void> {
  await look(on);
  const noted = await read<Noted>(on, TOLD);
  const reason: Reason = { kind: 'adoption', at: on.clock.now() };
  for (const [name, { told }] of noted) await write(on, name, { told, reason });
}

/** Endpoints that have not been compared since there is a reason to. */
export async function reconcileOffers(on: Runtime): Promise<ReconcileOffer[]> {
  await lookForReasons(on, FRESH_MS);
  const endpoints = kept(on);
  if (endpoints.length === 0) return [];
  const noted = await read<Noted>(on, TOLD);
  const compared = await on.store.reconciledAt(endpoints.map(({ id }) => id));
  return endpoints.flatMap(({ id, name }) => {
    const reason = noted.get(toldName(id))?.reason ?? null;
    if (reason === null || (compared.get(id) ?? 0) >= reason.at) return [];
    return [{ endpointId: id, endpointName: name, reason: reason.kind, at: reason.at }];
  });
}

/** @throws CoreError INVALID_VALUE at the field. */
export async function dismissOffers(
  on: Runtime,
  given: unknown
): Promise<{ endpointIds: number[] }> {
  const { endpointIds } = parseInput(dismissInput, given);
  const noted = await read<Noted>(on, TOLD);
  for (const id of endpointIds) {
    const before = noted.get(toldName(id));
    if (before?.reason) await write(on, toldName(id), { told: before.told, reason: null });
  }
  return { endpointIds };
}
