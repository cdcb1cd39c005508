/**
 * Topics and endpoints in memory. Capture reads them on every content write, the dispatcher on every
 * attempt. The caller of a change runs `refresh`; other nodes see it within a second, by
 * `refreshIfChanged`.
 */
import type { HeaderInput } from '../../store/views';
import type { CallbackSpecs, TlsIdentity } from '../../core/message/message';
import type { Login } from '../../core/brokers/broker-url';
import { batchLane, latestLane } from '../../core/gates/delivery-mode';
import { allNeeds, type Needs } from '../../core/filter/needs';
import type { Shape } from '../../core/shape/shape';
import { needsOfViews, viewOf, type NeedsOf, type View } from '../../core/shape/view';
import { compileRoutes, type Routes } from '../../core/routing/subscription';
import type { EndpointRecord, FullStore, TopicRecord } from '../../store/types';
import type { Crypt } from '../../host/secrets';
import type { Log } from '../loop/ports';
import { brokenFilters, brokenText, type BrokenHolder, type FilterSchema } from './broken-filters';
import { readTls } from './endpoint-tls';

export interface EndpointSettings extends EndpointRecord {
  /** Decrypted, with values. Never for a response. */
  plainHeaders: HeaderInput[];
  /** Decrypted. */
  callbackSpecs: CallbackSpecs | null;
  /** Decrypted. */
  tlsIdentity: TlsIdentity | null;
  /** Decrypted. */
  login: Login | null;
  /** Decrypted `whsec_…` secrets: the current one, then the previous one if there is one. */
  secrets: string[];
  /** Why its messages cannot be sent, or null. They are on hold. */
  problem: string | null;
}

export interface Directory {
  /** Within a transaction: after the commit, because its writes may be rolled back. */
  refresh(): Promise<void>;
  /** Does nothing within a transaction. */
  refreshIfChanged(): Promise<void>;
  /** Changes with every change of a topic, an endpoint or the signing keys. */
  version(): string | null;
  topics(): readonly TopicRecord[];
  topicByName(name: string): TopicRecord | undefined;
  endpoints(): readonly EndpointSettings[];
  endpoint(id: number): EndpointSettings | undefined;
  routes(): Routes;
  /** The entry as the shapes of this event's endpoints ask for it; each view once. */
  views(eventName: string, uid: string): readonly View[];
  /** Facts that filters and shapes need of this event; null: nothing. */
  needs(eventName: string, uid: string): Needs | null;
  /** Filters that do not fit the schema any more. They withhold nothing. */
  brokenFilters(): readonly BrokenHolder[];
  /** Lanes on hold: their endpoint is paused, disabled, unreadable, suspended or being deleted. */
  heldLanes(): readonly string[];
  /** Endpoints of these lanes. */
  heldEndpointIds(): readonly number[];
  /** Whether it was deleted, and its messages are being canceled. */
  isLeaving(id: number): boolean;
}

export const endpointLane = (endpointId: number): string => `e:${endpointId}`;

/** Lanes of an endpoint's messages, test messages apart. Its mode may have changed while they wait. */
export const lanesOf = (endpointId: number): string[] => [
  endpointLane(endpointId),
  latestLane(endpointId),
  batchLane(endpointId),
];

/** Suspended: its breaker is open or half-open, and one message at a time is tried (`probes.ts`). */
export const isSuspended = ({ breaker }: EndpointRecord): boolean => Boolean(breaker?.open);

/** Its messages are on hold. */
export const isHeld = (endpoint: EndpointSettings): boolean =>
  endpoint.state !== 'active' || endpoint.problem !== null || isSuspended(endpoint);

interface Snapshot {
  version: string | null;
  topics: readonly TopicRecord[];
  topicsByName: ReadonlyMap<string, TopicRecord>;
  endpoints: readonly EndpointSettings[];
  endpointsById: ReadonlyMap<number, EndpointSettings>;
  routes: Routes;
  /** Shapes by endpoint that may have a view; usually empty. */
  shapesByEndpoint: ReadonlyMap<number, Shape>;
  brokenFilters: readonly BrokenHolder[];
  leaving: ReadonlySet<number>;
  heldEndpointIds: readonly number[];
  heldLanes: readonly string[];
}

interface Surroundings {
  crypt: Pick<Crypt, 'decrypt'>;
  schema: FilterSchema;
  /** Transformations may be registered at any time. */
  codeNeeds: NeedsOf;
  log: Log;
}

const NO_SCHEMA: FilterSchema = { schemas: () => undefined, contentTypes: () => [] };
const EMPTY: Snapshot = snapshotOf(null, [[], [], []], NO_SCHEMA);

export function createDirectory(
  store: Pick<
    FullStore,
    | 'listTopics'
    | 'listEndpoints'
    | 'deletedEndpoints'
    | 'directoryVersion'
    | 'isInTransaction'
    | 'afterCommit'
  >,
  { crypt, schema, codeNeeds, log }: Surroundings,
  /** Called when topics and endpoints have been read. */
  onRead: () => void
): Directory {
  let current = EMPTY;
  let loads = 0;
  /** The load that `current` is from. */
  let currentLoad = 0;
  let isLoadWanted = false;

  async function load(): Promise<void> {
    const turn = ++loads;
    // The version first: a change between the reads is then read again, never missed.
    const version = await store.directoryVersion();
    const [topics, endpoints] = [await store.listTopics(), await store.listEndpoints()];
    const leaving = (await store.deletedEndpoints()).map(({ id }) => id);
    const settings = endpoints.map((endpoint) => readSettings(endpoint, crypt));
    // Refreshes may overlap. One that began later has newer data, and may end earlier.
    if (turn > currentLoad) {
      current = snapshotOf(version, [topics, settings, leaving], schema);
      currentLoad = turn;
    }
    warnOfBroken(current.brokenFilters);
    onRead();
  }

  const warned = new Set<string>();

  /** Once for each problem. */
  function warnOfBroken(broken: readonly BrokenHolder[]): void {
    for (const text of broken.map(brokenText)) {
      if (!warned.has(text)) log.warn(text);
      warned.add(text);
    }
  }

  function loadOnce(): Promise<void> {
    isLoadWanted = false;
    return load();
  }

  /** Not awaited by the commit. After a failure it is read again within a second. */
  function loadAfterCommit(): void {
    // Once for all changes of a commit, which call back one after another.
    if (isLoadWanted) return;
    isLoadWanted = true;
    Promise.resolve()
      .then(loadOnce)
      .catch((error: unknown) =>
        log.error('topics and endpoints could not be read again after a change', { error })
      );
  }

  async function refresh(): Promise<void> {
    if (store.isInTransaction()) await store.afterCommit(loadAfterCommit);
    else await load();
  }

  function views(eventName: string, uid: string): readonly View[] {
    const { shapesByEndpoint, routes } = current;
    if (shapesByEndpoint.size === 0) return NO_VIEWS;
    const found = new Map<string, View>();
    for (const { endpointId } of routes.route(eventName, uid)) {
      const shape = shapesByEndpoint.get(endpointId);
      const view = shape && viewOf(shape, codeNeeds);
      if (view) found.set(view.key, view);
    }
    return [...found.values()];
  }

  return {
    refresh,

    async refreshIfChanged() {
      if (store.isInTransaction()) return;
      if ((await store.directoryVersion()) !== current.version) await refresh();
    },

    version: () => current.version,

    topics: () => current.topics,
    topicByName: (name) => current.topicsByName.get(name),
    endpoints: () => current.endpoints,
    endpoint: (id) => current.endpointsById.get(id),
    routes: () => current.routes,
    views,
    needs: (eventName, uid) =>
      allNeeds([
        current.routes.filtering(eventName, uid)?.needs ?? null,
        needsOfViews(views(eventName, uid)),
      ]),
    brokenFilters: () => current.brokenFilters,
    heldLanes: () => current.heldLanes,
    heldEndpointIds: () => current.heldEndpointIds,
    isLeaving: (id) => current.leaving.has(id),
  };
}

function readSettings(record: EndpointRecord, crypt: Pick<Crypt, 'decrypt'>): EndpointSettings {
  try {
    const stored = [record.secret, record.previousSecret].filter((text) => text !== null);
    return {
      ...record,
      plainHeaders:
        record.headers === null ? [] : (JSON.parse(crypt.decrypt(record.headers)) as HeaderInput[]),
      callbackSpecs:
        record.callbacks === null
          ? null
          : (JSON.parse(crypt.decrypt(record.callbacks)) as CallbackSpecs),
      tlsIdentity: readTls(crypt, record),
      login:
        record.credentials === null
          ? null
          : (JSON.parse(crypt.decrypt(record.credentials)) as Login),
      secrets: stored.map((text) => crypt.decrypt(text)),
      problem: null,
    };
  } catch (error) {
    return {
      ...record,
      plainHeaders: [],
      callbackSpecs: null,
      tlsIdentity: null,
      login: null,
      secrets: [],
      problem: (error as Error).message,
    };
  }
}

const NO_VIEWS: readonly View[] = [];

function snapshotOf(
  version: string | null,
  [topics, endpoints, leaving]: readonly [
    readonly TopicRecord[],
    readonly EndpointSettings[],
    readonly number[],
  ],
  schema: FilterSchema
): Snapshot {
  const heldEndpointIds = [...endpoints.filter(isHeld).map(({ id }) => id), ...leaving];
  return {
    version,
    topics,
    topicsByName: new Map(topics.map((topic) => [topic.name, topic])),
    endpoints,
    endpointsById: new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])),
    routes: compileRoutes(topics, endpoints, schema.schemas),
    shapesByEndpoint: new Map(
      endpoints.flatMap(({ id, shape }) => {
        const mayHaveView = shape && (shape.format?.kind === 'code' || viewOf(shape) !== null);
        return mayHaveView ? [[id, shape] as const] : [];
      })
    ),
    brokenFilters: brokenFilters(topics, endpoints, schema),
    leaving: new Set(leaving),
    heldEndpointIds,
    heldLanes: heldEndpointIds.flatMap(lanesOf),
  };
}
