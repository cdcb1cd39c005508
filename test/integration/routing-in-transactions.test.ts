/** A change of routing counts when its transaction has committed: until then, and after a rollback, events go where they went. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { EndpointView } from '../../server/src/panel/contract';
import { databasesUnderTest } from '../support/databases';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

/** Of the event loop. */
const MANY_TURNS = 10_000;
const UNDONE = new Error('undone');

interface Endpoints {
  update(id: number, input: object, version: number): Promise<EndpointView>;
}

describe.each(databasesUnderTest())('routing (%s)', (database) => {
  let api: AdminApi;
  let endpoint: EndpointView;
  let topicId: number;
  const outside = AsyncLocalStorage.snapshot();

  beforeAll(async () => {
    api = await bootAdminApi({
      database,
      plugin: { dispatcher: { enabled: false }, http: { allow: { cidrs: ['127.0.0.1/32'] } } },
    });
    topicId = (await api.createTopic({ events: ['entry.create'] })).id;
    endpoint = await api.createEndpoint({ topicIds: [topicId] });
  }, 120_000);
  afterAll(() => api.close());

  const leaveTopic = (): Promise<EndpointView> => {
    const endpoints = api.app.strapi.plugin('guaranteed-webhooks').service<Endpoints>('endpoints');
    const { id, name, url, version } = endpoint;
    return endpoints.update(id, { name, url, topicIds: [] }, version);
  };
  const writeAuthor = async (): Promise<void> => {
    await api.app.strapi.documents('api::author.author').create({ data: { name: 'A' } as never });
  };
  const messages = (): Promise<number> =>
    api.runtime.store.countByState(100).then(({ pending }) => pending);

  it('keeps an event written beside a change that is rolled back', async () => {
    const before = await messages();
    const change = api.app.strapi.db.transaction(async () => {
      await leaveTopic();
      // SQLite has one connection: there, the write waits for the transaction.
      if (database !== 'sqlite') await outside(writeAuthor);
      throw UNDONE;
    });
    await expect(change).rejects.toBe(UNDONE);
    if (database === 'sqlite') await writeAuthor();
    expect(await messages()).toBe(before + 1);
  });

  it('applies once the change has committed', async () => {
    await api.app.strapi.db.transaction(async () => {
      await leaveTopic();
    });
    const topicIds = () => api.runtime.directory.endpoint(endpoint.id)?.topicIds;
    for (let turn = 0; topicIds()?.length !== 0 && turn < MANY_TURNS; turn += 1) await nextTurn();
    const before = await messages();
    await writeAuthor();
    expect(await messages()).toBe(before);
  });
});
