/** Plans the endpoints of the settings file, which name their topics. */
import { endpointChanges, wantedEndpoint, type WantedEndpoint } from '../api/endpoint-changes';
import { parseInput } from '../api/input';
import { topicNames } from '../api/schemas';
import type { EndpointInput } from '../api/types';
import { InvalidInputError } from '../core/errors';
import { SETTINGS_FILE } from '../core/routing/managed';
import type { EndpointRecord, EndpointWrite, TopicRecord } from '../store/types';
import type { Fields } from './file';
import { attempt, leavers, takesOver, type Created, type Planning } from './plan';

const managedBy = SETTINGS_FILE;
const HIDDEN = ['name', 'topicIds', 'temporary'];
/** Why an endpoint is paused that has left the file. Its return resumes it. */
const REMOVED = `It was removed from ${SETTINGS_FILE}.`;

/** @param topics as they will be. @returns ids by name. */
export async function planEndpoints(
  on: Planning,
  topics: readonly TopicRecord[]
): Promise<Map<string, number>> {
  const { runtime, settings, stored } = on;
  const known = new Map(stored.endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const ids = new Map(stored.endpoints.map(({ name, id }) => [name, id]));
  for (const [name, fields] of settings.endpoints) {
    const item = { path: `endpoints.${name}`, fields, hidden: HIDDEN };
    const want = () => wantedEndpoint(runtime, inputOf(name, fields, topics), topics);
    const wanted = await attempt(on, item, want, fieldOf);
    const found = known.get(name);
    const id = found?.id ?? on.nextId();
    ids.set(name, id);
    if (wanted !== undefined) planEndpoint(on, wanted, { id, found, topics });
  }
  const left = leavers(stored.endpoints, ({ name }) => name, settings.endpoints);
  left.forEach((endpoint) => leave(on, endpoint));
  return ids;
}

function fieldOf(field: string): string {
  if (field === 'name') return '';
  return field.replace(/^topicIds/, 'topics');
}

/** @throws InvalidInputError for a topic that does not exist. */
function inputOf(name: string, fields: Fields, topics: readonly TopicRecord[]): EndpointInput {
  const { topics: given = [], ...rest } = fields;
  const names = parseInput(topicNames, given, 'topics');
  const found = names.map((one) => topics.find((topic) => topic.name === one)?.id);
  const missing = found.flatMap((id, index) =>
    id === undefined
      ? [{ field: `topics.${index}`, message: `there is no topic "${names[index]}"` }]
      : []
  );
  if (missing.length > 0) throw new InvalidInputError(missing);
  return { ...rest, name, topicIds: found.filter((id) => id !== undefined) } as EndpointInput;
}

interface Target {
  id: number;
  found: EndpointRecord | undefined;
  topics: readonly TopicRecord[];
}

const real = (ids: readonly number[], created: Created): number[] =>
  ids.map((id) => created.get(id) ?? id);

function planEndpoint(
  { runtime, steps }: Planning,
  wanted: WantedEndpoint,
  { id, found, topics }: Target
): void {
  const { store } = runtime;
  const { name, topicIds } = wanted.write;
  if (found === undefined) {
    steps.push({
      ...{ kind: 'endpoint', name, action: 'create', changes: [] },
      async write(created) {
        const write = { ...wanted.write, topicIds: real(topicIds, created), managedBy };
        created.set(id, await store.createEndpoint(write));
      },
    });
    return;
  }
  const nameOf = (topicId: number): string =>
    topics.find((topic) => topic.id === topicId)?.name ?? String(topicId);
  const { write, changes: own } = endpointChanges(runtime, wanted, found, nameOf);
  const taken = takesOver(found);
  const resumed = taken.length > 0 && found.state === 'paused' && found.stateReason === REMOVED;
  const changes = [...own, ...taken];
  if (resumed) changes.push({ field: 'state', from: 'paused', to: 'active' });
  if (changes.length === 0) return;
  steps.push({
    ...{ kind: 'endpoint', name, action: 'change', changes },
    write: (created) =>
      store.updateEndpoint(id, {
        ...write,
        ...(write.topicIds && { topicIds: real(write.topicIds, created) }),
        ...(resumed && stateOf('active', null, runtime.clock.now())),
        managedBy,
      }),
  });
}

const stateOf = (
  state: 'active' | 'paused',
  stateReason: string | null,
  stateChangedAt: number
): Partial<EndpointWrite> => ({ state, stateReason, stateChangedAt });

function leave({ runtime, steps }: Planning, { id, name, state }: EndpointRecord): void {
  const pauses = state === 'active';
  steps.push({
    ...{ kind: 'endpoint', name, action: 'pause' },
    changes: pauses ? [{ field: 'state', from: 'active', to: 'paused' }] : [],
    write: () =>
      runtime.store.updateEndpoint(id, {
        ...(pauses && stateOf('paused', REMOVED, runtime.clock.now())),
        managedBy: null,
      }),
  });
}
