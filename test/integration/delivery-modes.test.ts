/** Modes of an endpoint and its rate, from the admin API to a real receiver. */
import type {
  EndpointInput,
  EndpointView,
  LoggedEvent,
  MessageView,
  Page,
  WaitingBatch,
} from '../../server/src/panel/contract';
import { describeMute } from '../support/mute-cases';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const BULK_PUBLISH = `/content-manager/collection-types/${ARTICLE}/actions/bulkPublish`;
const DOCUMENTS = 50;
const QUIET = {
  mode: 'batch',
  by: 'quiet-time',
  quietMs: 60_000,
  maxWaitMs: 600_000,
  maxEvents: 100,
} as const;

interface Articles {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
}

describeEachDatabase('delivery modes', (database) => {
  let api: AdminApi;
  let made = 0;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);
  afterAll(async () => {
    await api?.close();
  });

  /** An endpoint with a path of its own, for events of articles. */
  async function subscribe(events: string[], settings: Partial<EndpointInput>) {
    const topic = await api.createTopic({ events, contentTypes: [ARTICLE] });
    const path = `/200/mode-${++made}`;
    const url = api.receiver.url + path;
    const endpoint = await api.createEndpoint({ url, topicIds: [topic.id], ...settings });
    return { topic, endpoint, path };
  }

  const sentTo = (path: string): Record<string, unknown>[] =>
    api.receiver.requests
      .filter((request) => request.path === path)
      .map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);

  const articles = () => api.app.strapi.documents(ARTICLE) as unknown as Articles;
  const messagesOf = async ({ id }: EndpointView): Promise<MessageView[]> =>
    (await api.get<Page<MessageView>>(`/messages?endpointId=${id}`)).results;

  // Before there are other endpoints, which would be sent batches, too.
  describe('mute', () => describeMute(() => api));

  it('sends the latest state of a document after a pause, and links what it replaced', async () => {
    const { endpoint, path } = await subscribe(['entry.update'], { delivery: { mode: 'latest' } });
    await api.post(`/endpoints/${endpoint.id}/pause`);
    const [a, b] = [
      await articles().create({ data: { title: 'a' } }),
      await articles().create({ data: { title: 'b' } }),
    ];
    for (const title of ['one', 'two', 'three']) {
      for (const { documentId } of [a, b]) {
        await articles().update({ documentId, data: { title: `${title} ${documentId}` } });
      }
    }
    await api.deliver();
    expect(sentTo(path)).toEqual([]);
    await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
    await api.deliver();
    const titles = sentTo(path).map(({ entry }) => (entry as { title: string }).title);
    expect(titles.sort()).toEqual([`three ${a.documentId}`, `three ${b.documentId}`].sort());

    const messages = await messagesOf(endpoint);
    const delivered = new Map(
      messages
        .filter(({ state }) => state === 'delivered')
        .map(({ entryDocumentId, messageId }) => [entryDocumentId, messageId])
    );
    const replaced = messages.filter(({ state }) => state === 'canceled');
    expect([delivered.size, replaced.length]).toEqual([2, 4]);
    for (const { entryDocumentId, supersededBy } of replaced) {
      expect(supersededBy).toBe(delivered.get(entryDocumentId));
    }
    const { status, body } = await api.call('POST', `/messages/${replaced[0]!.messageId}/replay`);
    expect(status).toBe(409);
    expect(body.error.message).toContain('a newer message about entry');
    const events = await api.get<Page<LoggedEvent>>(`/events?entryDocumentId=${a.documentId}`);
    const dots = events.results.flatMap(({ deliveries }) => deliveries);
    expect(dots.filter(({ supersededBy }) => supersededBy !== null)).toHaveLength(2);
  });

  it('makes one message of a bulk publish in two locales', async () => {
    const { path } = await subscribe(['entry.publish'], {
      delivery: { mode: 'batch', by: 'transaction', maxEvents: 1_000 },
    });
    const documentIds: string[] = [];
    for (let n = 0; n < DOCUMENTS; n += 1) {
      const { documentId } = await articles().create({ data: { title: `${n}` }, locale: 'en' });
      await articles().update({ documentId, data: { title: `${n} de` }, locale: 'de' });
      documentIds.push(documentId);
    }
    const body = { documentIds, locale: ['en', 'de'] };
    const { status } = await api.app.http.admin('POST', BULK_PUBLISH, body);
    expect(status).toBe(200);
    await api.deliver();
    const [batch, ...others] = sentTo(path);
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ count: 2 * DOCUMENTS });
    const entries = (batch!.events as { entry: { documentId: string; locale: string } }[]).map(
      ({ entry }) => `${entry.documentId} ${entry.locale}`
    );
    const expected = documentIds.flatMap((id) => [`${id} en`, `${id} de`]);
    expect(entries.sort()).toEqual(expected.sort());
    expect(batch!.tags).toEqual(expect.arrayContaining([...documentIds, ARTICLE, `${ARTICLE}:de`]));
  });

  it('collects events until it has been quiet, or somebody sends them now', async () => {
    const { endpoint, path } = await subscribe(['entry.create'], {
      delivery: QUIET,
      shape: { format: { kind: 'preset', name: 'vercel' } },
    });
    for (let n = 0; n < 3; n += 1) await articles().create({ data: { title: `${n}` } });
    await api.deliver();
    expect(sentTo(path)).toEqual([]);
    const waiting = await api.get<WaitingBatch>(`/endpoints/${endpoint.id}/batch`);
    expect(waiting.events).toBe(3);
    expect(waiting.sendsAt).toBeGreaterThan(api.runtime.clock.now());
    expect((await messagesOf(endpoint)).map(({ batched }) => batched)).toEqual([true, true, true]);
    await api.post(`/endpoints/${endpoint.id}/batch/send`);
    await api.deliver();
    expect(sentTo(path)).toHaveLength(1);
    expect(await api.get(`/endpoints/${endpoint.id}/batch`)).toEqual({ events: 0, sendsAt: null });
    const [batch] = (await messagesOf(endpoint)).filter(({ event }) => event === 'batch');
    expect(batch).toMatchObject({ state: 'delivered', batched: false, labels: ['batch'] });
    // A batch is no event of Strapi: its events are replayed, not itself.
    const replay = { endpointId: endpoint.id, filter: { event: ['batch'] }, dryRun: true };
    expect(await api.post('/events/replay', replay)).toMatchObject({ matched: 0 });
  });

  it('sends no more messages in a second than the endpoint may be sent', async () => {
    const LIMIT = 4;
    const rateLimit = { count: LIMIT, per: 'second' } as const;
    const { endpoint, path } = await subscribe(['entry.create'], { rateLimit });
    for (let n = 0; n < 2 * LIMIT + 1; n += 1) await articles().create({ data: { title: `${n}` } });
    const arrived = () => api.receiver.requests.filter((request) => request.path === path);
    await api.receiver.waitFor(() => arrived().length === 2 * LIMIT + 1);
    await api.deliver();
    const times = (await messagesOf(endpoint)).map(({ lastAttemptAt }) => lastAttemptAt ?? 0);
    expect(times).toHaveLength(2 * LIMIT + 1);
    times.sort((a, b) => a - b);
    // A message is counted just before its attempt begins.
    const crowded = times.filter((at, n) => (times[n + LIMIT] ?? Infinity) - at < 900);
    expect(crowded).toEqual([]);
  });

  it.each([
    ['delivery.mode', { delivery: { mode: 'newest' } }],
    ['delivery.quietMs', { delivery: { ...QUIET, quietMs: 10 } }],
    ['delivery.maxWaitMs', { delivery: { ...QUIET, maxWaitMs: 1_000 } }],
    ['delivery.maxEvents', { delivery: { mode: 'batch', by: 'transaction', maxEvents: 0 } }],
    ['delivery.quietMs', { delivery: { ...QUIET, quietMs: 3_600_001, maxWaitMs: 3_600_001 } }],
    ['delivery.maxWaitMs', { delivery: { ...QUIET, maxWaitMs: 24 * 3_600_000 + 1 } }],
    ['delivery.maxEvents', { delivery: { ...QUIET, maxEvents: 1_001 } }],
    ['delivery.maxEvents', { delivery: { ...QUIET, maxEvents: 1.5 } }],
    ['delivery.by', { delivery: { mode: 'batch', by: 'hour' } }],
    ['delivery.mode', { delivery: { mode: 'latest' }, documentLimit: 5 }],
    ['delivery.mode', { delivery: QUIET, shape: { format: { kind: 'preset', name: 'slack' } } }],
    ['rateLimit.count', { rateLimit: { count: 0, per: 'second' } }],
    ['rateLimit.count', { rateLimit: { count: 1e9, per: 'second' } }],
    ['rateLimit.per', { rateLimit: { count: 1, per: 'hour' } }],
  ])('refuses a bad %s', async (field, input) => {
    const name = `bad ${++made}`;
    const url = `${api.receiver.url}/200`;
    const { status, body } = await api.call('POST', '/endpoints', {
      ...{ name, url, topicIds: [] },
      ...input,
    });
    expect(status).toBe(400);
    expect(body.error.details.errors?.map(({ path }) => path.join('.'))).toContain(field);
  });

  it('refuses a format that takes no batch, and a limit, for an endpoint that has the mode', async () => {
    const { endpoint } = await subscribe(['entry.create'], { delivery: QUIET });
    const change = (input: object) =>
      api.call('PUT', `/endpoints/${endpoint.id}`, { version: endpoint.version, ...input });
    const slack = await change({ shape: { format: { kind: 'preset', name: 'slack' } } });
    expect(slack.body.error.details.errors?.[0]?.path.join('.')).toBe('shape.format');
    const limit = await change({ documentLimit: 5 });
    expect(limit.body.error.details.errors?.[0]?.path.join('.')).toBe('documentLimit');
  });
});
