/**
 * `strapi export` and `strapi import`, into the running Strapi: the plugin's endpoints and messages are neither
 * carried nor deleted, so that no message reaches an endpoint it was not made for.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Core } from '@strapi/strapi';

import type {
  EnvironmentView,
  JobView,
  MessageView,
  ReconcileOffer,
} from '../../server/src/panel/contract';
import { lookForReasons } from '../../server/src/panel/services/reconcile-reasons';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

type Make<T = object> = (options: object) => T;

interface DataTransfer {
  engine: { createTransferEngine: (from: object, to: object, options: object) => Engine };
  file: {
    providers: {
      createLocalFileSourceProvider: Make;
      createLocalFileDestinationProvider: Make;
    };
  };
  strapi: {
    providers: {
      createLocalStrapiSourceProvider: Make;
      createLocalStrapiDestinationProvider: Make;
    };
  };
}

interface Engine {
  transfer(): Promise<{ engine: { entities?: { aggregates?: Record<string, unknown> } } }>;
  onSchemaDiff(handler: unknown): void;
}

const transfers = createRequire(require.resolve('@strapi/strapi'))(
  '@strapi/data-transfer'
) as DataTransfer;
const OPTIONS = { versionStrategy: 'ignore', schemaStrategy: 'strict', exclude: ['files'] };

let api: AdminApi;
let folder: string;

beforeAll(async () => {
  api = await bootAdminApi({ database: 'sqlite' });
  folder = await mkdtemp(join(tmpdir(), 'gw-transfer-'));
}, 120_000);
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const strapi = (): Core.Strapi => api.app.strapi;
const getStrapi = (): Core.Strapi => strapi();

async function exported(): Promise<string[]> {
  const { createLocalFileDestinationProvider } = transfers.file.providers;
  const engine = transfers.engine.createTransferEngine(
    transfers.strapi.providers.createLocalStrapiSourceProvider({ getStrapi, autoDestroy: false }),
    createLocalFileDestinationProvider({
      file: { path: join(folder, 'export') },
      encryption: { enabled: false },
      compression: { enabled: false },
    }),
    OPTIONS
  );
  const { engine: done } = await engine.transfer();
  return Object.keys(done.entities?.aggregates ?? {});
}

async function importedWith(entities: object): Promise<void> {
  const engine = transfers.engine.createTransferEngine(
    transfers.file.providers.createLocalFileSourceProvider({
      file: { path: join(folder, 'export.tar') },
      encryption: { enabled: false },
      compression: { enabled: false },
    }),
    transfers.strapi.providers.createLocalStrapiDestinationProvider({
      getStrapi,
      autoDestroy: false,
      strategy: 'restore',
      restore: { entities, assets: false, configuration: { coreStore: true, webhook: true } },
    }),
    OPTIONS
  );
  await engine.transfer();
}

const isAdmins = (uid: string): boolean => uid.startsWith('admin::');
const states = async (): Promise<string[]> =>
  (await api.get<{ results: MessageView[] }>('/messages')).results.map(
    ({ endpointName, state }) => `${endpointName} ${state}`
  );

it('an export carries nothing of the plugin, and an import deletes nothing of it', async () => {
  const topic = await api.createTopic({ events: ['entry.create'] });
  const own = await api.createEndpoint({
    name: 'own',
    url: api.receiver.url,
    topicIds: [topic.id],
  });
  const paused = await api.createEndpoint({ name: 'paused', topicIds: [topic.id] });
  await api.post(`/endpoints/${paused.id}/pause`);
  const authors = strapi().documents('api::author.author');
  await authors.create({ data: { name: 'before' } as never });
  await api.runtime.dispatcher.tick();
  const before = await states();
  expect(before.toSorted()).toEqual(['own delivered', 'paused pending']);

  const carried = await exported();
  expect(carried).toContain('api::author.author');
  expect(carried.filter((uid) => uid.includes('guaranteed-webhooks'))).toEqual([]);

  const keys = api.runtime.keys.current();
  const coreStore = await strapi().db.query('strapi::core-store').findMany();
  expect(JSON.stringify(coreStore)).not.toContain('signing-keys');

  const contentTypes = Object.keys(strapi().contentTypes).filter((uid) => !isAdmins(uid));
  await importedWith({ include: contentTypes });
  expect(await states()).toEqual(before);

  // A full import clears every model that Strapi knows of.
  const models = strapi().get<{ get(): { uid: string }[] }>('models').get();
  const uids = [...Object.keys(strapi().contentTypes), ...models.map(({ uid }) => uid)];
  const exclude = uids.filter(isAdmins);
  await importedWith({ exclude });
  expect(await states()).toEqual(before);

  await api.runtime.keys.load();
  expect(api.runtime.keys.current()).toEqual(keys);

  await api.runtime.environment.look();
  expect(
    strapi()
      .plugin('guaranteed-webhooks')
      .service<{ read(): EnvironmentView }>('environments')
      .read().foreign
  ).toBe(false);
  const received = api.receiver.requests.length;
  await authors.create({ data: { name: 'after' } as never });
  await api.runtime.dispatcher.tick();
  expect(api.receiver.requests).toHaveLength(received + 1);
  expect((await api.runtime.store.listEndpoints()).map(({ id }) => id)).toEqual([
    own.id,
    paused.id,
  ]);
});

it('a comparison is offered after an import, with or without configuration, and not before', async () => {
  const topic = await api.createTopic({
    events: ['entry.*'],
    contentTypes: ['api::author.author'],
  });
  const input = { url: `${api.receiver.url}/200`, topicIds: [topic.id], ledger: true };
  const { id } = await api.createEndpoint({ ...input, name: 'copy' });
  const offers = async () => {
    await lookForReasons(api.runtime, 0);
    return api.get<ReconcileOffer[]>('/reconcile-offers');
  };
  await strapi()
    .documents('api::author.author')
    .create({ data: { name: 'exported' } as never });
  await exported();
  await api.deliver();
  expect(await offers()).toEqual([]);
  for (const entities of [
    { exclude: Object.keys(strapi().contentTypes).filter(isAdmins) },
    { include: ['api::author.author'] },
  ]) {
    await importedWith(entities);
    expect(await offers()).toMatchObject([
      { endpointId: id, endpointName: 'copy', reason: 'content' },
    ]);
    const { job } = await api.post<{ job: JobView }>(`/endpoints/${id}/reconcile`, {});
    await api.runtime.maintenance.stepJobs();
    expect(await api.get<JobView>(`/jobs/${job.id}`)).toMatchObject({ state: 'finished' });
    expect(await offers()).toEqual([]);
  }
});

it('keys of version 0.1.0 move out of the core store, which an export carries', async () => {
  const { store, keys } = api.runtime;
  const before = keys.current();
  const stored = await store.readSetting('signing-keys');
  const record = strapi().store({
    type: 'plugin',
    name: 'guaranteed-webhooks',
    key: 'signing-keys',
  });
  await record.set({ value: stored });
  await strapi().db.connection('gw_settings').where({ name: 'signing-keys' }).delete();

  await keys.load();
  expect(keys.current()).toEqual(before);
  expect(await store.readSetting('signing-keys')).toBe(stored);
  expect(await record.get()).toBeNull();
});
