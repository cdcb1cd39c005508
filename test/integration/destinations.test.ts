/**
 * Endpoints that are message brokers, over the real ones: what is accepted, refused, cut, lost, too large and slow,
 * and brokers that are killed. Every broker passes the same tests.
 */
import { Webhook } from 'standardwebhooks';

import type {
  EndpointInput,
  EndpointView,
  MessageDetail,
  MessageState,
  MessageView,
  TestSendResult,
} from '../../server/src/panel/contract';
import type { Receiver, ReceiversService } from '../../server/src/api/receivers';
import type { PublisherService } from '../../server/src/api/publisher';
import type { EndpointsService } from '../../server/src/api/endpoints';
import { LOGIN, type Broker } from '../support/brokers/broker';
import { findNats, startNats } from '../support/brokers/nats';
import { findRabbit, startRabbit } from '../support/brokers/rabbitmq';
import { findRedis, startRedis } from '../support/brokers/redis';
import { createAuthority } from '../support/certificates';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { bootAdminApi, type AdminApi, type Subscription } from './admin-api-fixture';

const ADDRESS = { http: { allow: { cidrs: ['127.0.0.1/32'] } } };
/** No breaker: each test makes failures of its own. */
const PLUGIN = {
  ...ADDRESS,
  health: { minAttempts: 100_000 },
  payload: { maxBytes: 4_194_304 },
};
const LATER = { kind: 'list', delaysMs: Array<number>(20).fill(3_600_000) } as const;
const SHORT_MS = 1_000;
/** Messages while the broker is killed; at most a page. */
const COUNT = 80;

interface BrokerUnderTest {
  name: string;
  program: string | undefined;
  start: (program: string) => Promise<Broker>;
  unrouted: string;
  tooLarge: RegExp;
}

const BROKERS: BrokerUnderTest[] = [
  {
    name: 'NATS JetStream',
    program: findNats(),
    start: startNats,
    unrouted: 'no JetStream stream stores the subject "nobody.listens"',
    tooLarge: /^the message is larger than NATS takes/,
  },
  {
    name: 'RabbitMQ',
    program: findRabbit(),
    start: startRabbit,
    unrouted:
      'no queue of RabbitMQ takes the routing key "nobody.listens" of the exchange "events"',
    tooLarge: /^the message is larger than RabbitMQ takes/,
  },
  {
    name: 'Redis streams',
    program: findRedis(),
    start: startRedis,
    unrouted: 'no stream "nobody" exists in Redis',
    // It closes the connection while it is still sent to, which may overtake its answer.
    tooLarge: /^the message is larger than Redis takes|^connection (closed|reset) before/,
  },
];

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi({ plugin: PLUGIN });
}, 120_000);
afterAll(() => api?.close());

const detail = (messageId: string): Promise<MessageDetail> =>
  api.get<MessageDetail>(`/messages/${messageId}`);

const lastAttempt = async (messageId: string) => (await detail(messageId)).attemptLog.at(-1);

const publisher = (): PublisherService =>
  api.app.strapi.plugin('guaranteed-webhooks').service<PublisherService>('publisher');

const messagesOf = async ({ id }: EndpointView, state: MessageState): Promise<string[]> => {
  const query = `endpointId=${id}&state=${state}&pageSize=100`;
  const { results } = await api.get<{ results: MessageView[] }>(`/messages?${query}`);
  return results.map(({ messageId }) => messageId);
};

const sendAgain = async (messageId: string): Promise<void> => {
  await api.post(`/messages/${messageId}/send-now`);
  await api.deliver();
};

const update = (endpoint: EndpointView, change: Partial<EndpointInput>) =>
  api.call<EndpointView>('PUT', `/endpoints/${endpoint.id}`, {
    name: endpoint.name,
    url: endpoint.url,
    topicIds: endpoint.topics.map(({ id }) => id),
    version: endpoint.version,
    ...change,
  });

for (const { name, program, start, unrouted, tooLarge } of BROKERS) {
  (program === undefined ? describe.skip : describe)(name, () => {
    let broker: Broker;
    let proxy: TcpProxy;
    const subscriptions: Subscription[] = [];

    beforeAll(async () => {
      broker = await start(program ?? '');
      proxy = await createTcpProxy(() => broker.port);
    }, 60_000);
    afterEach(async () => {
      proxy.mode = 'pass';
      for (const { endpoint } of subscriptions.splice(0)) {
        await api.call('DELETE', `/endpoints/${endpoint.id}?cancelPending=true`);
      }
    });
    afterAll(async () => {
      await proxy?.close();
      await broker?.stop();
    });

    async function subscribe(input: Partial<EndpointInput> = {}): Promise<Subscription> {
      const topic = await api.createTopic();
      const endpoint = await api.createEndpoint({
        url: broker.urlAt(proxy.port),
        topicIds: [topic.id],
        retryPolicy: LATER,
        ...input,
      });
      const made = { topic, endpoint };
      subscriptions.push(made);
      return made;
    }

    /** What it has stored of a message. */
    const storedOf = async (messageId: string) =>
      (await broker.stored()).filter(({ headers }) => headers['webhook-id'] === messageId);

    it('stores the body and the headers that HTTP would have, signed', async () => {
      const { topic, endpoint } = await subscribe({
        headers: [{ name: 'X-Shop', value: 'main', secret: false }],
      });
      const messageId = await api.publish(topic, { title: 'Zürich' });
      const [stored, ...more] = await storedOf(messageId);
      expect(more).toEqual([]);
      expect(JSON.parse(stored?.body ?? '')).toEqual({ title: 'Zürich' });
      expect(stored?.headers).toMatchObject({
        'X-Shop': 'main',
        'Content-Type': 'application/json',
        'Upstash-Topic-Name': topic.name,
      });
      new Webhook(endpoint.secret).verify(stored?.body ?? '', stored?.headers ?? {});

      const message = await detail(messageId);
      expect(message.state).toBe('delivered');
      expect(message.attemptLog).toMatchObject([{ outcome: 'responded', status: 200 }]);
      expect(JSON.parse(message.attemptLog[0]?.response?.body?.text ?? '')).toBeInstanceOf(Object);
    });

    it('keeps one connection for all messages of an endpoint', async () => {
      const before = proxy.total;
      const { topic } = await subscribe();
      for (let n = 0; n < 3; n += 1) await api.publish(topic, { n });
      expect(proxy.total - before).toBe(1);
    });

    it('closes the connection of an endpoint that has other settings', async () => {
      const { topic, endpoint } = await subscribe();
      await api.publish(topic);
      const openBefore = proxy.open;
      await update(endpoint, { url: broker.urlAt(broker.port) });
      await api.publish(topic);
      await proxy.whenOpen(openBefore - 1);
    });

    it('shows no credentials, and keeps them for the same server only', async () => {
      const { topic, endpoint } = await subscribe();
      const shown = broker.urlAt(proxy.port, 'stored', '***');
      expect(endpoint.url).toBe(shown);
      const { body: renamed } = await update(endpoint, { name: `${endpoint.name} renamed` });
      const messageId = await api.publish(topic);
      const message = await detail(messageId);
      expect(message).toMatchObject({ state: 'delivered', url: shown });

      const [row] = (await api.app.strapi.db
        .query('plugin::guaranteed-webhooks.endpoint')
        .findMany({
          where: { id: endpoint.id },
        })) as { credentials: string }[];
      expect(row?.credentials).toMatch(/^enc:/);
      const everything = JSON.stringify([row, renamed, message, await broker.stored()]);
      expect(everything).not.toContain(LOGIN.password);
      expect(everything).not.toContain(encodeURIComponent(LOGIN.password));

      const moved = await api.call('PUT', `/endpoints/${endpoint.id}`, {
        name: endpoint.name,
        url: broker.urlAt(broker.port, 'stored', '***'),
        topicIds: [topic.id],
        version: renamed.version,
      });
      expect(moved).toMatchObject({
        status: 400,
        body: { error: { details: { code: 'INVALID_URL', errors: [{ path: ['url'] }] } } },
      });
      expect(moved.body.error.message).toContain('not known for this server');
    });

    it('is told by the test of an endpoint that the credentials are wrong', async () => {
      const { endpoint } = await subscribe({
        url: broker.urlAt(proxy.port, 'stored', `${LOGIN.username}:wrong-password`),
      });
      const { attempt } = await api.post<TestSendResult>(`/endpoints/${endpoint.id}/test`);
      expect(attempt).toMatchObject({
        outcome: 'unreachable',
        error: expect.stringMatching(/ refused the credentials/) as string,
      });
      expect(JSON.stringify(attempt)).not.toContain('wrong-password');
    });

    it('fails where nothing stores the message, and says so', async () => {
      const { topic } = await subscribe({ url: broker.urlAt(proxy.port, 'unrouted') });
      const messageId = await api.publish(topic);
      expect(await lastAttempt(messageId)).toMatchObject({
        outcome: 'unreachable',
        error: unrouted,
      });
    });

    it('refuses what is larger than the broker takes, and goes on with the next', async () => {
      const { topic } = await subscribe();
      // The admin API takes no such body.
      const payload = { text: 'a'.repeat(broker.maxBytes) };
      const { messageIds } = await publisher().publish({ topic: topic.name, payload });
      const [large = ''] = messageIds;
      await api.deliver();
      const small = await api.publish(topic, { text: 'a' });
      expect(await lastAttempt(large)).toMatchObject({
        error: expect.stringMatching(tooLarge) as string,
      });
      expect((await detail(small)).state).toBe('delivered');
      expect(await storedOf(large)).toEqual([]);
    });

    it('sends a message again whose connection was cut', async () => {
      const { topic } = await subscribe();
      await api.publish(topic);
      proxy.mode = 'cut';
      const messageId = await api.publish(topic);
      expect(await lastAttempt(messageId)).toMatchObject({
        outcome: 'unreachable',
        error: expect.stringMatching(/closed before/) as string,
      });
      proxy.mode = 'pass';
      await sendAgain(messageId);
      expect((await detail(messageId)).state).toBe('delivered');
      expect(await storedOf(messageId)).toHaveLength(1);
    });

    it('sends a message again whose confirmation was lost', async () => {
      const { topic } = await subscribe({ timeoutMs: SHORT_MS });
      await api.publish(topic);
      proxy.mode = 'lose';
      const messageId = await api.publish(topic);
      expect(await lastAttempt(messageId)).toMatchObject({
        outcome: 'timed-out',
        error: `no confirmation within ${SHORT_MS} ms`,
      });
      proxy.mode = 'pass';
      await sendAgain(messageId);
      expect((await detail(messageId)).state).toBe('delivered');
      expect(await storedOf(messageId)).toHaveLength(broker.isIdempotent ? 1 : 2);
    });

    it('gives up a broker that is stuck at the deadline, while others are delivered to', async () => {
      const { topic } = await subscribe({ timeoutMs: SHORT_MS });
      const quick = await api.subscribe(200);
      await api.publish(topic);
      const openBefore = proxy.open;
      proxy.mode = 'hold';
      const { messageIds: stuck } = await api.post<{ messageIds: string[] }>(
        `/topics/${topic.id}/publish`,
        { payload: {} }
      );
      const delivered = await api.publish(quick.topic);
      expect((await detail(delivered)).state).toBe('delivered');
      expect(await lastAttempt(stuck[0] ?? '')).toMatchObject({ outcome: 'timed-out' });
      await proxy.whenOpen(openBefore - 1);
      // A new connection does not answer, either.
      await sendAgain(stuck[0] ?? '');
      expect(await lastAttempt(stuck[0] ?? '')).toMatchObject({
        error: `no connection within ${SHORT_MS} ms`,
      });
    });

    it('loses nothing when the broker is killed in the middle, and started again', async () => {
      const { topic, endpoint } = await subscribe({ url: broker.urlAt(broker.port) });
      const ids: string[] = [];
      for (let n = 0; n < COUNT; n += 1) {
        const { messageIds } = await publisher().publish({ topic: topic.name, payload: { n } });
        ids.push(...messageIds);
        if (n === COUNT / 2) await broker.kill();
      }
      await api.deliver();
      expect(await lastAttempt(ids.at(-1) ?? '')).toMatchObject({
        outcome: 'unreachable',
        error: expect.stringMatching(/refused/i) as string,
      });
      await broker.start();
      const waiting = await messagesOf(endpoint, 'pending');
      expect(waiting.length).toBeGreaterThan(0);
      const rows = await api.app.strapi.db.query('plugin::guaranteed-webhooks.message').findMany({
        where: { messageId: { $in: waiting } },
      });
      const rowIds = (rows as { id: number }[]).map(({ id }) => Number(id));
      await api.runtime.store.expedite(rowIds, api.runtime.clock.now());
      await api.deliver();
      expect((await messagesOf(endpoint, 'delivered')).sort()).toEqual([...ids].sort());
      const known = new Set((await broker.stored()).map(({ headers }) => headers['webhook-id']));
      expect(ids.filter((id) => !known.has(id))).toEqual([]);
    }, 60_000);
  });
}

const nats = findNats();
(nats === undefined ? describe.skip : describe)('NATS over TLS', () => {
  const authority = createAuthority('Broker authority');
  let broker: Broker;

  beforeAll(async () => {
    const certified = authority.issue('broker.example.com');
    broker = await startNats(nats ?? '', { ca: authority.certificate, ...certified });
  }, 30_000);
  afterAll(() => broker?.stop());

  async function attemptAt(url: string, tls: EndpointInput['tls'] = null) {
    const topic = await api.createTopic();
    await api.createEndpoint({ url, tls, topicIds: [topic.id] });
    return lastAttempt(await api.publish(topic));
  }

  it('is trusted by the authority of the endpoint, and by no other', async () => {
    const url = broker.urlAt(broker.port);
    expect(await attemptAt(url, { ca: authority.certificate })).toMatchObject({ status: 200 });
    expect(await attemptAt(url)).toMatchObject({
      outcome: 'unreachable',
      error: expect.stringMatching(/certificate/) as string,
    });
  });

  it('tells an endpoint without TLS that it needs it', async () => {
    const plain = broker.urlAt(broker.port).replace(/^tls:/, 'nats:');
    expect(await attemptAt(plain)).toMatchObject({
      error: expect.stringMatching(/tls:/) as string,
    });
    const refused = await api.call('POST', '/endpoints', {
      name: 'no certificates there',
      url: plain,
      topicIds: [],
      tls: { ca: authority.certificate },
    });
    expect(refused.body.error.details.code).toBe('INVALID_CERTIFICATE');
  });
});

describe('a receiver in the app', () => {
  const receivers = (): ReceiversService =>
    api.app.strapi.plugin('guaranteed-webhooks').service<ReceiversService>('receivers');

  async function deliverTo(receiver: Receiver, input: Partial<EndpointInput> = {}) {
    const forget = receivers().on('search', receiver);
    try {
      const topic = await api.createTopic();
      const endpoint = await api.createEndpoint({
        url: 'strapi:search',
        topicIds: [topic.id],
        retryPolicy: LATER,
        ...input,
      });
      const messageId = await api.publish(topic, { title: 'Zürich' });
      return { endpoint, message: await detail(messageId) };
    } finally {
      forget();
    }
  }

  it('gets the request of an HTTP receiver, signed, outside any transaction', async () => {
    const seen: { body: string; headers: Record<string, string>; inTransaction: boolean }[] = [];
    const { endpoint, message } = await deliverTo(async (request, { strapi }) => {
      seen.push({
        body: await request.text(),
        headers: Object.fromEntries(request.headers),
        inTransaction: strapi.db.inTransaction(),
      });
      return { indexed: true };
    });
    const [{ body, headers, inTransaction } = { body: '', headers: {}, inTransaction: true }] =
      seen;
    expect([seen.length, inTransaction]).toEqual([1, false]);
    expect(JSON.parse(body)).toEqual({ title: 'Zürich' });
    new Webhook(endpoint.secret).verify(body, headers);
    expect(message).toMatchObject({
      state: 'delivered',
      url: 'strapi:search',
      attemptLog: [{ status: 200, response: { body: { text: '{"indexed":true}' } } }],
    });
  });

  it('answers with a Response, whose status and Retry-After decide', async () => {
    const answer = new Response('busy', { status: 503, headers: { 'Retry-After': '7200' } });
    const { message } = await deliverTo(() => answer);
    const [attempt] = message.attemptLog;
    expect(attempt).toMatchObject({ status: 503, response: { body: { text: 'busy' } } });
    expect(message.state).toBe('pending');
    expect(message.notBefore).toBeGreaterThanOrEqual((attempt?.startedAt ?? 0) + 7_200_000);
  });

  it('has failed when it throws, and when it has not ended by the timeout', async () => {
    const thrown = await deliverTo(() => Promise.reject(new Error('index is gone')));
    expect(thrown.message).toMatchObject({
      state: 'pending',
      attemptLog: [{ outcome: 'unreachable', error: 'strapi:search failed: index is gone' }],
    });
    let signal: AbortSignal | undefined;
    const late = await deliverTo(
      (request) => {
        ({ signal } = request);
        return new Promise(() => undefined);
      },
      { timeoutMs: SHORT_MS }
    );
    expect(late.message.attemptLog).toMatchObject([
      { outcome: 'timed-out', error: `strapi:search did not end within ${SHORT_MS} ms` },
    ]);
    expect(signal?.aborted).toBe(true);
  });

  it('that is not registered is refused at the field, and fails until it is', async () => {
    const forget = receivers().on('search', () => undefined);
    const input = { name: 'refused', url: 'strapi:serach', topicIds: [] };
    const refused = await api.call('POST', '/endpoints', input);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { details: { code: 'INVALID_URL', errors: [{ path: ['url'] }] } } },
    });
    expect(refused.body.error.message).toContain('Registered: search');

    const topic = await api.createTopic();
    await api.createEndpoint({
      url: 'strapi:search',
      topicIds: [topic.id],
      retryPolicy: LATER,
    });
    forget();
    const messageId = await api.publish(topic);
    expect(await lastAttempt(messageId)).toMatchObject({
      outcome: 'unreachable',
      error: expect.stringContaining('names no receiver of the app') as string,
    });
    receivers().on('search', () => undefined);
    await sendAgain(messageId);
    expect((await detail(messageId)).state).toBe('delivered');
  });
});

describe('saving', () => {
  it.each([
    ['nats://127.0.0.1:4222', 'INVALID_URL', 'names no subject'],
    ['nats://user:secret@127.0.0.1:4222/a.*', 'INVALID_URL', 'tokens between dots'],
    ['nats://user:100%@127.0.0.1:4222/a', 'INVALID_URL', 'write it %25'],
    ['nats://user:secret@localhost:4222/a', 'UNSAFE_URL', "http.allow.hosts: ['localhost']"],
    ['nats://user:secret@10.0.0.1/a', 'UNSAFE_URL', 'a private address'],
  ])('refuses %s at its field', async (url, code, problem) => {
    const refused = await api.call('POST', '/endpoints', { name: 'refused', url, topicIds: [] });
    expect(refused.status).toBe(400);
    const { details, message } = refused.body.error;
    expect(details).toMatchObject({ code, errors: [{ path: ['url'] }] });
    expect(message).toContain(problem);
    expect(JSON.stringify(refused.body)).not.toMatch(/secret|100%/);
  });

  it('by code is repeated without a change, until the password differs', async () => {
    const upsert = (password: string) =>
      api.app.strapi
        .plugin('guaranteed-webhooks')
        .service<EndpointsService>('endpoints')
        .upsert({ name: 'by code', url: `nats://a:${password}@127.0.0.1:4222/a`, topicIds: [] });
    expect(await upsert('one')).toMatchObject({
      outcome: 'created',
      url: 'nats://***@127.0.0.1:4222/a',
    });
    expect(await upsert('one')).toMatchObject({ outcome: 'unchanged' });
    expect(await upsert('two')).toMatchObject({ outcome: 'changed' });
  });
});
