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

it('previews what would be made, without the values of secret headers, and makes nothing', async () => {
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

it('makes a topic and an endpoint that send the same, secret headers encrypted', async () => {
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

it('imports once: a second time it says so, and still switches off', async () => {
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

it('two at once make one endpoint', async () => {
  const { id } = await native({ name: 'Race' });
  const [[a], [b]] = await Promise.all([importThem([id], true), importThem([id], true)]);
  expect([a!.outcome, b!.outcome].sort()).toEqual(['already-imported', 'imported']);
  expect(a!.endpointId).toBe(b!.endpointId);
});

it('with the original switched off a change arrives once, through the outbox', async () => {
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

it('says what cannot be imported and why, and imports the rest', async () => {
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

it('leaves alone what cannot be called, whatever was asked for', async () => {
  const { id } = await native({ name: 'Metadata', url: 'http://169.254.169.254/latest' });
  expect(await viewOf(id)).toMatchObject({
    plan: null,
    problems: [{ what: 'http://169.254.169.254/latest' }],
  });
  const [result] = await importThem([id], true);
  expect(result).toMatchObject({ outcome: 'impossible', endpointId: null, switchedOff: false });
  expect((await webhookStore().findWebhook(id))?.isEnabled).toBe(true);
});

it('makes a paused endpoint of a webhook that is off, and names what is new', async () => {
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

it('of a webhook that is not there makes nothing, not even of the others', async () => {
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

it('may be imported anew when its endpoint was deleted', async () => {
  const { id } = await native({ name: 'Anew' });
  const [first] = await importThem([id], false);
  await api.call('DELETE', `/endpoints/${first!.endpointId}`);
  const [second] = await importThem([id], false);
  expect(second).toMatchObject({ outcome: 'imported' });
  expect(second!.endpointId).not.toBe(first!.endpointId);
});
