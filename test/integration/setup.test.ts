/** The setup of a first webhook over the admin API: an endpoint with the topic of its events, both or nothing. */
import type {
  AuditEntry,
  EndpointSecret,
  EndpointView,
  Page,
  SetupInput,
  TopicView,
} from '../../server/src/panel/contract';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

describeEachDatabase('the setup of an endpoint', (database) => {
  let api: AdminApi;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);

  afterAll(async () => {
    await api?.close();
  });

  const input = (more: Partial<SetupInput> = {}): SetupInput => ({
    name: 'Search: Index',
    url: `${api.receiver.url}/200`,
    topicIds: [],
    events: ['entry.publish'],
    contentTypes: ['api::article.article'],
    ...more,
  });
  const setUp = (more?: Partial<SetupInput>) =>
    api.post<EndpointView & EndpointSecret>('/endpoints/setup', input(more));

  it('makes a topic of a free name, which the endpoint is sent', async () => {
    const first = await setUp();
    const second = await setUp({ name: 'search index' });
    expect(first.topics).toMatchObject([{ name: 'search-index' }]);
    expect(second.topics).toMatchObject([{ name: 'search-index-2' }]);
    expect(first.secret).toMatch(/^whsec_/);
    expect(await api.get<TopicView>(`/topics/${first.topics[0]?.id}`)).toMatchObject({
      events: ['entry.publish'],
      contentTypes: ['api::article.article'],
      enabled: true,
    });
    const before = api.receiver.requests.length;
    const articles = api.app.strapi.documents('api::article.article');
    await articles.create({ data: { title: 'Night trains' }, status: 'published' });
    await api.deliver();
    expect(api.receiver.requests.length - before).toBe(2);

    const { results } = await api.get<Page<AuditEntry>>('/audit-log?pageSize=4');
    expect(results.map(({ item, action }) => `${action} ${item}`)).toEqual([
      'create endpoint',
      'create topic',
      'create endpoint',
      'create topic',
    ]);
  });

  it.each([
    ['name', { name: '' }],
    ['url', { url: 'ftp://example.com' }],
    ['url', { url: 'http://169.254.169.254/' }],
    ['events', { events: [] }],
    ['events', { events: ['entry.nonsense'] }],
    ['contentTypes', { contentTypes: ['api::none.none'] }],
    ['timeoutMs', { timeoutMs: -1 }],
    ['nonsense', { nonsense: 1 } as Partial<SetupInput>],
  ])('refuses a wrong %s at its field, and writes nothing', async (field, wrong) => {
    const before = await api.rowCounts();
    const { status, body } = await api.call('POST', '/endpoints/setup', input(wrong));
    expect(status).toBe(400);
    const { errors } = body.error.details as { errors: { path: string[] }[] };
    expect(errors[0]?.path[0]).toBe(field);
    expect(await api.rowCounts()).toEqual(before);
  });

  it('refuses a name that is taken, and makes no topic', async () => {
    const { name } = await api.createEndpoint();
    const before = await api.rowCounts();
    expect((await api.call('POST', '/endpoints/setup', input({ name }))).status).toBe(409);
    expect(await api.rowCounts()).toEqual(before);
    expect(api.runtime.directory.topicByName(name)).toBeUndefined();
  });

  it('also requires the permission to create topics', async () => {
    const creator = await api.adminWith('endpoints.create');
    expect((await creator('POST', '/endpoints/setup', input())).status).toBe(403);
    const both = await api.adminWith('endpoints.create', 'topics.create');
    const answer = await both('POST', '/endpoints/setup', input({ name: 'theirs' }));
    expect(answer.status).toBe(201);
  });
});
