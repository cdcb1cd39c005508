/** Strapi's own webhooks, imported: previewed, made once, switched off, and nothing arriving twice. */
import type {
  EndpointView,
  NativeImportResult,
  NativeWebhookView,
  TopicView,
} from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

interface Native {
  id: string;
  isEnabled: boolean;
}

interface WebhookStore {
  createWebhook(data: object): Promise<Native>;
  findWebhook(id: number): Promise<Native | null>;
}

const UID = 'api::article.article';

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi();
}, 120_000);
afterAll(() => api?.close());

const webhookStore = () => api.app.strapi.get<WebhookStore>('webhookStore');

/** Strapi gives its id as text. */
async function native(data: object = {}): Promise<{ id: number }> {
  const webhook = await webhookStore().createWebhook({
    name: 'Search index',
    url: `${api.receiver.url}/200`,
    headers: {},
    events: ['entry.publish'],
    ...data,
  });
  const runner = api.app.strapi.get<{ add(webhook: Native): void }>('webhookRunner');
  runner.add(webhook);
  return { id: Number(webhook.id) };
}

const viewOf = async (id: number): Promise<NativeWebhookView> =>
  (await api.get<NativeWebhookView[]>('/native-webhooks')).find((one) => one.id === id)!;

const importThem = (webhookIds: number[], switchOff: boolean) =>
  api.post<NativeImportResult[]>('/native-webhooks/import', { webhookIds, switchOff });

it('previews the result without the values of secret headers, and creates nothing', async () => {
  const { id } = await native({
    headers: { Authorization: 'Bearer abc', 'X-Shop': 'north' },
    url: `${api.receiver.url}/200?token=abc`,
  });
  const before = await api.rowCounts();
  const view = await viewOf(id);
  expect(view).toMatchObject({
    name: 'Search index',
    enabled: true,
    importedAs: null,
    plan: {
      endpointName: 'Search index',
      topicName: 'strapi-search-index',
      events: ['entry.publish'],
      headers: [
        { name: 'Authorization', value: null, secret: true, from: 'webhook' },
        { name: 'X-Shop', value: 'north', secret: false, from: 'webhook' },
      ],
      state: 'active',
    },
    problems: [],
  });
  expect(JSON.stringify(view)).not.toContain('abc');
  expect(await api.rowCounts()).toEqual(before);
});

it('creates a topic and an endpoint that send the same, with secret headers encrypted', async () => {
  const { id } = await native({ name: 'Shop', headers: { Authorization: 'Bearer shop-secret' } });
  const [result] = await importThem([id], false);
  expect(result).toMatchObject({ webhookId: id, outcome: 'imported', switchedOff: false });

  const endpoint = await api.get<EndpointView>(`/endpoints/${result!.endpointId}`);
  const topic = await api.get<TopicView>(`/topics/${result!.topicId}`);
  expect(endpoint).toMatchObject({ name: 'Shop', state: 'active', topics: [{ id: topic.id }] });
  expect(endpoint.headers).toEqual([{ name: 'Authorization', value: null, secret: true }]);
  expect(topic).toMatchObject({ events: ['entry.publish'], contentTypes: null });
  const row = (await api.app.strapi.db
    .query('plugin::guaranteed-webhooks.endpoint')
    .findOne({ where: { id: endpoint.id } })) as { headers: string };
  expect(row.headers).not.toContain('shop-secret');
  expect((await webhookStore().findWebhook(id))?.isEnabled).toBe(true);
});

it('imports once; a second import reports it, and still disables the original', async () => {
  const { id } = await native({ name: 'Once' });
  const [first] = await importThem([id], false);
  const before = await api.rowCounts();
  const [again] = await importThem([id], true);
  expect(again).toMatchObject({
    outcome: 'already-imported',
    endpointId: first!.endpointId,
    switchedOff: true,
  });
  expect(await api.rowCounts()).toEqual(before);
  expect(await viewOf(id)).toMatchObject({
    enabled: false,
    importedAs: { endpointId: first!.endpointId, name: 'Once' },
  });
});

it('two imports at once create one endpoint', async () => {
  const { id } = await native({ name: 'Race' });
  const [[a], [b]] = await Promise.all([importThem([id], true), importThem([id], true)]);
  expect([a!.outcome, b!.outcome].sort()).toEqual(['already-imported', 'imported']);
  expect(a!.endpointId).toBe(b!.endpointId);
});

it('sends a change once when the original is disabled', async () => {
  const path = '/200/once-only';
  const { id } = await native({ name: 'Twice?', url: `${api.receiver.url}${path}` });
  await importThem([id], true);
  const arrived = () => api.receiver.requests.filter((request) => request.path === path);
  await api.app.strapi.documents(UID).create({ data: { title: 'x' }, status: 'published' });
  await api.deliver();
  expect(arrived()).toHaveLength(1);
  expect(arrived()[0]!.headers).toMatchObject({
    'x-strapi-event': 'entry.publish',
    'webhook-id': expect.stringMatching(/^msg_/) as string,
  });
  expect(await webhookStore().findWebhook(id)).toMatchObject({ isEnabled: false });
});

it('reports what cannot be imported and why, and imports the rest', async () => {
  const { id } = await native({
    name: 'Half',
    headers: { Host: 'elsewhere', 'X-Fine': '1', 'Content-Type': 'text/plain' },
  });
  await api.app.strapi.db
    .query('strapi::webhook')
    .update({ where: { id }, data: { events: ['entry.publish', 'gone.plugin'] } });
  const view = await viewOf(id);
  expect(view.plan).toMatchObject({
    events: ['entry.publish'],
    headers: [{ name: 'X-Fine', value: '1', secret: false, from: 'webhook' }],
  });
  expect(view.problems).toEqual([
    { what: 'gone.plugin', reason: expect.stringContaining('no event of this app') as string },
    { what: 'Host', reason: expect.stringContaining('connection') as string },
  ]);
  const [result] = await importThem([id], true);
  expect(result).toMatchObject({ outcome: 'imported', switchedOff: true });
});

it('leaves webhooks alone that cannot be called', async () => {
  const { id } = await native({ name: 'Metadata', url: 'http://169.254.169.254/latest' });
  expect(await viewOf(id)).toMatchObject({
    plan: null,
    problems: [{ what: 'http://169.254.169.254/latest' }],
  });
  const [result] = await importThem([id], true);
  expect(result).toMatchObject({ outcome: 'impossible', endpointId: null, switchedOff: false });
  expect((await webhookStore().findWebhook(id))?.isEnabled).toBe(true);
});

it('creates a paused endpoint for a disabled webhook, and names what is new', async () => {
  const { id } = await native({ name: 'Search index' });
  await api.app.strapi.db
    .query('strapi::webhook')
    .update({ where: { id }, data: { enabled: false } });
  await api.createEndpoint({ name: 'Search index' });
  const [result] = await importThem([id], false);
  const endpoint = await api.get<EndpointView>(`/endpoints/${result!.endpointId}`);
  expect(endpoint.state).toBe('paused');
  expect(endpoint.name).toMatch(/^Search index \d+$/);
});

it('creates nothing when one of the webhooks does not exist', async () => {
  const { id } = await native({ name: 'Others' });
  const before = await api.rowCounts();
  const { status, body } = await api.call('POST', '/native-webhooks/import', {
    webhookIds: [id, 999_999],
    switchOff: true,
  });
  expect(status).toBe(400);
  expect(body.error.details.errors?.[0]).toMatchObject({ path: ['webhookIds', '1'] });
  expect(await api.rowCounts()).toEqual(before);
  expect((await webhookStore().findWebhook(id))?.isEnabled).toBe(true);
});

it('imports a webhook again after its endpoint was deleted', async () => {
  const { id } = await native({ name: 'Anew' });
  const [first] = await importThem([id], false);
  await api.call('DELETE', `/endpoints/${first!.endpointId}`);
  const [second] = await importThem([id], false);
  expect(second).toMatchObject({ outcome: 'imported' });
  expect(second!.endpointId).not.toBe(first!.endpointId);
});

describe('odd webhooks', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  /** As code, or an older Strapi, may have written it: past Strapi's own checks. */
  async function odd(row: object): Promise<number> {
    const { id } = await native({ name: 'Odd' });
    await api.app.strapi.db.query('strapi::webhook').update({ where: { id }, data: row });
    return id;
  }

  it.each([
    [
      'user:pass@host',
      'http://userid:p%40ss%3Aw%C3%B6rd@example.com:8080/a?b=1',
      'http://example.com:8080/a?b=1',
      'userid:p@ss:wörd',
    ],
    ['user@host', 'https://userid@example.com/', 'https://example.com/', 'userid:'],
    [':pass@host', 'https://:pass@example.com/', 'https://example.com/', ':pass'],
    [
      'characters as they are',
      'https://ü%ser:100%@example.com/',
      'https://example.com/',
      'ü%ser:100%',
    ],
  ])('%s: the credentials become a secret header', async (_, url, called, credentials) => {
    const id = await odd({ url });
    const view = await viewOf(id);
    expect(view.problems).toEqual([]);
    expect(view.plan).toMatchObject({
      headers: [{ name: 'Authorization', value: null, secret: true, from: 'webhook' }],
    });
    expect(JSON.stringify(view)).not.toMatch(/userid|pass|ü/);

    const [result] = await importThem([id], false);
    const endpoint = await api.get<EndpointView>(`/endpoints/${result!.endpointId}`);
    expect(endpoint.url).toBe(called);
    const { headers } = api.runtime.directory.endpoint(endpoint.id)!;
    expect(JSON.parse(api.runtime.crypt.decrypt(headers!))).toEqual([
      { name: 'Authorization', value: basic(credentials), secret: true },
    ]);
    await expectSaved(endpoint);
  });

  it('are called with the credentials of their URL, and warn about double deliveries', async () => {
    const url = `${api.receiver.url}/200/credentials`.replace('http://', 'http://me:hush@');
    const id = await odd({ url });
    await importThem([id], false);
    const { warnings } = await api.get<{ warnings: string[] }>('/overview');
    expect(warnings.filter((warning) => warning.includes('arrive twice')).join()).toContain('Odd');
    await api.app.strapi.documents(UID).create({ data: { title: 'x' }, status: 'published' });
    await api.deliver();
    const arrived = api.receiver.requests.filter(({ path }) => path === '/200/credentials');
    expect(arrived.map(({ headers }) => headers.authorization)).toContain(basic('me:hush'));
  });

  it('keep their own Authorization header, and report it', async () => {
    const id = await odd({
      url: 'https://me:hush@example.com/',
      headers: { authorization: 'Bearer x' },
    });
    const view = await viewOf(id);
    expect(view.plan?.headers).toMatchObject([{ name: 'authorization', secret: true }]);
    expect(view.problems).toEqual([
      { what: 'https://***@example.com/', reason: expect.stringContaining('instead') as string },
    ]);
  });

  it.each([
    ['a space', 'https://example.com/a b', 'https://example.com/a%20b'],
    ['a space at its end', ' https://example.com/a ', 'https://example.com/a'],
    ['a backslash', 'https:\\\\example.com\\a', 'https://example.com/a'],
    ['an emoji', 'http://example.com/😀?a=é', 'http://example.com/😀?a=é'],
    ['a name in another script', 'http://例子.测试/path', 'http://例子.测试/path'],
    ['an empty user', 'https://@example.com/', 'https://example.com/'],
    ['@ in its path', 'https://example.com/@me', 'https://example.com/@me'],
    ['a template', 'https://example.com/{{id}}|b?c=[1]', 'https://example.com/{{id}}|b?c=[1]'],
    ['a port of the other scheme', 'http://example.com:443/', 'http://example.com:443/'],
  ])('with %s in its URL become an endpoint that can be saved', async (_, url, called) => {
    const id = await odd({ url });
    const [result] = await importThem([id], false);
    const endpoint = await api.get<EndpointView>(`/endpoints/${result!.endpointId}`);
    expect(endpoint.url).toBe(called);
    await expectSaved(endpoint);
  });

  it.each([
    ['no URL', 'example.com/hook'],
    ['another scheme', 'ftp://example.com/'],
    ['a private address', 'http://10.0.0.5/hook'],
    ['a bad port', 'http://example.com:25/'],
    ['a URL too long', `https://example.com/${'a'.repeat(2_030)}`],
  ])('with %s say where to change it', async (_, url) => {
    const { plan, problems } = await viewOf(await odd({ url }));
    expect(plan).toBeNull();
    expect(problems[0]?.reason).toContain('Settings > Webhooks');
  });

  it('send numbers and empty values, and leave out other values with a reason', async () => {
    const headers = {
      'X-Number': 5,
      'X-Switch': true,
      'X-Empty': '',
      'X-Null': null,
      'X-List': ['a'],
      '': 'nameless',
      'X Ä': 'a',
      'X-Quotes': '“a”',
    };
    const id = await odd({ headers });
    const { plan, problems } = await viewOf(id);
    expect(plan?.headers.map(({ name, value }) => [name, value])).toEqual([
      ['X-Number', '5'],
      ['X-Switch', 'true'],
      ['X-Empty', ''],
    ]);
    expect(problems.map(({ what }) => what).sort()).toEqual(
      ['X Ä', 'X-List', 'X-Null', 'X-Quotes', 'headers'].sort()
    );
    for (const { reason } of problems) expect(reason).toMatch(/It is left out$/);
    const [result] = await importThem([id], false);
    await expectSaved(await api.get<EndpointView>(`/endpoints/${result!.endpointId}`));
  });

  it.each([
    ['headers that are a text', { headers: 'Authorization: x' }, 'headers'],
    ['no events', { events: [] }, 'Odd'],
    ['events that are no list', { events: { 'entry.publish': true } }, 'Odd'],
    ['events of older versions', { events: ['entry.publish', 'nope.nothing', 5] }, 'nope.nothing'],
  ])('with %s say so, and hide no other', async (_, row, what) => {
    const { problems } = await viewOf(await odd(row));
    expect(problems.map((problem) => problem.what)).toContain(what);
    expect((await api.call('GET', '/overview')).status).toBe(200);
  });

  it.each([
    ['', /^webhook \d+$/],
    ['   ', /^webhook \d+$/],
    [null, /^webhook \d+$/],
    ['line\nbreak', /^line break$/],
    ['🎉🎉', /^🎉🎉$/],
    ['🎉'.repeat(120), /^(🎉)+$/],
    ['m'.repeat(255), /^m+$/],
    [`${'m'.repeat(254)}🎉`, /^m+$/],
    ['DUP', /^DUP$/],
    ['düp', /^düp \d$/],
  ])('called %j get a name that can be saved', async (name, expected) => {
    const [result] = await importThem([await odd({ name })], false);
    const endpoint = await api.get<EndpointView>(`/endpoints/${result!.endpointId}`);
    expect(endpoint.name).toMatch(expected);
    await expectSaved(endpoint);
    const { plan, importedAs } = await viewOf(result!.webhookId);
    expect(plan).not.toBeNull();
    expect(importedAs?.name).toBe(endpoint.name);
  });

  /** As the panel's form saves it, unchanged. */
  async function expectSaved({ id, name, url, method, topics, headers, version }: EndpointView) {
    const topicIds = topics.map((topic) => topic.id);
    const body = { name, url, method, topicIds, headers, version };
    const saved = await api.call<EndpointView>('PUT', `/endpoints/${id}`, body);
    expect(saved).toMatchObject({ status: 200, body: { name, url, headers } });
  }
});
