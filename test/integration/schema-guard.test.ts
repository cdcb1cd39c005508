/** A content type that changes between two starts: who is told which fields are gone, and until when. */
import type { Core, UID } from '@strapi/strapi';

import type { EndpointView, Overview } from '../../server/src/panel/contract';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { TopicsService } from '../../server/src/api/topics';
import { createSchemaGuard } from '../../server/src/delivery/engine/schema-guard';
import type { Runtime } from '../../server/src/runtime/runtime';
import { createTestDatabase, describeEachDatabase, type TestDatabase } from '../support/databases';
import { bootStrapi } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const NAMES = ['Site', 'Search', 'Cache', 'Archive', 'Shaped later'] as const;

/** Adds attributes to articles before Strapi reads them. @param warnings takes what it logs. */
const withAttributes =
  (attributes: Record<string, object>, warnings: string[] = []) =>
  (strapi: Core.Strapi): void => {
    Object.assign(strapi.getModel(ARTICLE as UID.Schema).attributes, attributes);
    jest.spyOn(strapi.log, 'warn').mockImplementation((text: unknown) => {
      warnings.push(String(text));
      return strapi.log;
    });
  };

const WARNS = { LOG_LEVEL: 'warn' };
const BEFORE = {
  subtitle: { type: 'string' },
  words: { type: 'integer' },
  tone: { type: 'enumeration', enum: ['dry', 'warm'] },
};
const AFTER = { words: { type: 'biginteger' }, tone: { type: 'enumeration', enum: ['dry'] } };

const CHANGES = [
  { path: `${ARTICLE}.subtitle`, from: 'text', to: null },
  { path: `${ARTICLE}.words`, from: 'integer', to: 'text' },
  { path: `${ARTICLE}.tone "warm"`, from: 'value', to: null },
];

describeEachDatabase('fields that a content type removes', (kind) => {
  let database: TestDatabase;
  let api: AdminApi;
  const ids = {} as Record<(typeof NAMES)[number], number>;
  const warnings: string[] = [];

  const changesOf = async (name: (typeof NAMES)[number]) =>
    (await api.get<EndpointView>(`/endpoints/${ids[name]}`)).schemaChanges;

  const warned = async (): Promise<string[]> =>
    (await api.get<Overview>('/overview')).warnings.filter((text) => text.includes('is sent:'));

  async function subscribe(strapi: Core.Strapi): Promise<void> {
    const plugin = strapi.plugin('guaranteed-webhooks');
    const topic = await plugin.service<TopicsService>('topics').create({
      name: 'articles',
      events: ['entry.publish'],
      contentTypes: [ARTICLE],
    });
    const shapes = {
      Site: null,
      Archive: null,
      Search: { fields: ['title'] },
      Cache: { payload: 'thin' as const },
      'Shaped later': { fields: ['title', 'subtitle'] },
    };
    for (const name of NAMES) {
      const { id } = await plugin.service<EndpointsService>('endpoints').create({
        name,
        url: 'http://127.0.0.1:4010/hooks',
        topicIds: [topic.id],
        shape: shapes[name],
      });
      ids[name] = id;
    }
    await plugin.service<Runtime>('runtime').everySecond();
  }

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    const onRegistered = withAttributes(BEFORE);
    const first = await bootStrapi({ on: database, listen: false, onRegistered });
    await subscribe(first.strapi).finally(() => first.close());
    api = await bootAdminApi({
      on: database,
      env: WARNS,
      onRegistered: withAttributes(AFTER, warnings),
    });
  }, 180_000);
  let isClosed = false;
  afterAll(async () => {
    if (!isClosed) await api?.app.close();
    await api?.receiver.close();
    await database?.drop();
  });

  it('are logged at the next start, and shown on the endpoint and the overview', async () => {
    expect(await changesOf('Site')).toEqual(CHANGES);
    expect(await changesOf('Archive')).toEqual(CHANGES);
    expect(await changesOf('Shaped later')).toEqual([CHANGES[0]]);
    const texts = await warned();
    expect(texts).toHaveLength(3);
    expect(texts[0]).toContain(
      `endpoint "Site" is sent: ${ARTICLE}.subtitle was removed; ${ARTICLE}.words was integer and is text`
    );
    expect(warnings.filter((text) => text.includes('is sent:'))).toHaveLength(3);
  });

  it('are no concern of an endpoint that was not sent them', async () => {
    expect(await changesOf('Search')).toEqual([]);
    expect(await changesOf('Cache')).toEqual([]);
  });

  it('are the same for nodes that look at once', async () => {
    const nodes = [api.runtime.schemaGuard, createSchemaGuard(api.runtime)] as const;
    const before = nodes[0].changed();
    expect(before).toHaveLength(3);
    await Promise.all(nodes.map((node) => node.look()));
    expect(nodes.map((node) => node.changed())).toEqual([before, before]);
  });

  it('are expected once the user has changed the shape', async () => {
    const id = ids['Shaped later'];
    const { version } = await api.get<EndpointView>(`/endpoints/${id}`);
    const body = { shape: { fields: ['title', 'slug'] }, version };
    expect((await api.call('PUT', `/endpoints/${id}`, body)).status).toBe(200);
    await api.runtime.everySecond();
    expect(await changesOf('Shaped later')).toEqual([]);
  });

  it('are acknowledged with the permission to update endpoints', async () => {
    const path = `/endpoints/${ids.Site}/acknowledge-schema`;
    const otherNode = createSchemaGuard(api.runtime);
    await otherNode.look();
    const reader = await api.adminWith('endpoints.read');
    expect((await reader('POST', path)).status).toBe(403);
    expect(await api.post(path)).toMatchObject({ name: 'Site', schemaChanges: [] });
    expect(await changesOf('Archive')).toEqual(CHANGES);
    await api.runtime.directory.refreshIfChanged();
    await otherNode.lookIfChanged();
    expect(otherNode.changed().map(({ name }) => name)).toEqual(['Archive']);
    expect((await api.call('POST', '/endpoints/99999/acknowledge-schema')).status).toBe(404);
  });

  it('are forgotten with the endpoint', async () => {
    const { schemaGuard, store } = api.runtime;
    expect((await store.readSettings('sent-fields:')).size).toBe(NAMES.length);
    await api.call('DELETE', `/endpoints/${ids.Search}`);
    await schemaGuard.lookIfChanged();
    expect([...(await store.readSettings('sent-fields:')).keys()]).not.toContain(
      `sent-fields:${ids.Search}`
    );
  });

  it('are remembered over the next start until they are acknowledged', async () => {
    isClosed = true;
    await api.app.close();
    const later: string[] = [];
    const onRegistered = withAttributes(AFTER, later);
    const third = await bootStrapi({ on: database, env: WARNS, listen: false, onRegistered });
    const { schemaGuard } = third.strapi.plugin('guaranteed-webhooks').service<Runtime>('runtime');
    const changed = schemaGuard.changed();
    await third.close();
    expect(changed).toEqual([{ id: ids.Archive, name: 'Archive', changes: CHANGES }]);
    expect(later.filter((text) => text.includes('is sent:'))).toHaveLength(1);
  }, 120_000);
});
