/** Endpoints that are topics of Kafka, over a broker in a process of its own. */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { Webhook } from 'standardwebhooks';

import { readBrokerUrl, type Login } from '../../server/src/core/brokers/broker-url';
import { createUrlPolicy } from '../../server/src/core/safety/url-safety';
import { createKafka } from '../../server/src/delivery/brokers/kafka';
import { createDial } from '../../server/src/delivery/http/addresses';
import type {
  EndpointInput,
  EndpointView,
  MessageDetail,
  MessageView,
} from '../../server/src/panel/contract';
import { findKafka, startKafka, type KafkaBroker } from '../support/brokers/kafka';
import { bootAdminApi, type AdminApi, type Subscription } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const PLUGIN = {
  http: { allow: { cidrs: ['127.0.0.1/32'] } },
  health: { minAttempts: 100_000 },
};
const LATER = { kind: 'list', delaysMs: Array<number>(20).fill(3_600_000) } as const;
const SHORT_MS = 1_000;
const COUNT = 20;

const program = findKafka();

(program === undefined ? describe.skip : describe)('Kafka', () => {
  let api: AdminApi;
  let broker: KafkaBroker;
  beforeAll(async () => {
    [api, broker] = await Promise.all([bootAdminApi({ plugin: PLUGIN }), startKafka(program!)]);
  }, 120_000);
  afterAll(async () => {
    await api?.close();
    await broker?.kill();
  });

  const detail = (messageId: string) => api.get<MessageDetail>(`/messages/${messageId}`);
  const lastAttempt = async (messageId: string) => (await detail(messageId)).attemptLog.at(-1);

  async function subscribe(input: Partial<EndpointInput> = {}): Promise<Subscription> {
    const topic = await api.createTopic({ events: ['entry.*'], contentTypes: [ARTICLE] });
    const endpoint = await api.createEndpoint({
      url: broker.url,
      topicIds: [topic.id],
      retryPolicy: LATER,
      ...input,
    });
    return { topic, endpoint };
  }

  const remove = ({ id }: EndpointView) =>
    api.call('DELETE', `/endpoints/${id}?cancelPending=true`);

  const storedOf = async (messageId: string) =>
    (await broker.stored()).filter(({ headers }) => headers['webhook-id'] === messageId);

  /** The message that a new article causes, delivered. */
  async function sentFor({ id }: EndpointView) {
    const article = await api.app.strapi.documents(ARTICLE).create({ data: { title: 'Zürich' } });
    await api.deliver();
    const { results } = await api.get<{ results: MessageView[] }>(`/messages?endpointId=${id}`);
    return { article, message: await detail(results[0]!.messageId) };
  }

  it('stores the body and the headers that HTTP would have, signed, keyed by the document', async () => {
    const { endpoint } = await subscribe();
    const { article, message } = await sentFor(endpoint);
    expect(message.state).toBe('delivered');
    expect(JSON.parse(message.attemptLog[0]!.response!.body!.text)).toMatchObject({
      topic: broker.topic,
      partition: expect.any(Number) as number,
      offset: expect.any(String) as string,
    });
    const all = await storedOf(message.messageId);
    expect(all).toHaveLength(1);
    const { key, body, headers } = all[0]!;
    expect(key).toBe(article.documentId);
    expect(JSON.parse(body)).toMatchObject({ entry: { title: 'Zürich' } });
    expect(headers['X-Strapi-Event']).toBe('entry.create');
    new Webhook(endpoint.secret).verify(body, headers);
    await remove(endpoint);
  });

  it('gives up a broker that does not answer at the deadline, and sends again', async () => {
    const { topic, endpoint } = await subscribe({ timeoutMs: SHORT_MS });
    await api.publish(topic);
    broker.freeze();
    const messageId = await api.publish(topic);
    expect(await lastAttempt(messageId)).toMatchObject({
      outcome: 'timed-out',
      error: `no confirmation within ${SHORT_MS} ms`,
    });
    await api.post(`/messages/${messageId}/send-now`);
    await api.deliver();
    expect(await lastAttempt(messageId)).toMatchObject({
      outcome: 'timed-out',
      error: `no connection within ${SHORT_MS} ms`,
    });
    broker.thaw();
    await api.post(`/messages/${messageId}/send-now`);
    await api.deliver();
    expect((await detail(messageId)).state).toBe('delivered');
    // The first attempt was in the frozen broker's socket; the second one had not been sent.
    expect((await storedOf(messageId)).length).toBeLessThanOrEqual(2);
    await remove(endpoint);
  });

  it('loses nothing when the broker is killed in the middle', async () => {
    const { topic, endpoint } = await subscribe();
    const ids: string[] = [];
    for (let n = 0; n < COUNT; n += 1) {
      if (n === COUNT / 2) await broker.kill();
      ids.push(await api.publish(topic, { n }));
    }
    const states = await Promise.all(ids.map(async (id) => (await detail(id)).state));
    const waiting = ids.filter((_, n) => states[n] === 'pending');
    expect(waiting).toEqual(ids.slice(COUNT / 2));
    expect(await lastAttempt(ids.at(-1)!)).toMatchObject({
      outcome: 'unreachable',
      error: expect.stringMatching(/refused/i) as string,
    });

    broker = await startKafka(program!);
    await api.call('PUT', `/endpoints/${endpoint.id}`, {
      name: endpoint.name,
      url: broker.url,
      topicIds: [topic.id],
      version: endpoint.version,
    });
    for (const id of waiting) await api.post(`/messages/${id}/send-now`);
    await api.deliver();
    const stored = (await broker.stored()).map(({ headers }) => headers['webhook-id']);
    expect(stored.sort()).toEqual([...waiting].sort());
    await remove(endpoint);
  });

  it('says at the field what is no topic', async () => {
    for (const path of ['', '/', '/two/parts', '/a%20space']) {
      const refused = await api.call('POST', '/endpoints', {
        name: 'no topic',
        url: `kafkas://kafka.example.com${path}`,
        topicIds: [],
      });
      expect(refused).toMatchObject({
        status: 400,
        body: { error: { details: { code: 'INVALID_URL', errors: [{ path: ['url'] }] } } },
      });
    }
  });

  const serverOf = (url: string, login: Login | null = null) => ({
    url: readBrokerUrl(url),
    ...{ address: '127.0.0.1', login, tls: null, connectTimeoutMs: SHORT_MS },
  });
  const message = { id: 'msg_1', headers: {}, body: Buffer.from('{}'), timeoutMs: SHORT_MS };
  const load = createRequire(__filename);

  it('connects to no address that the cluster announces and the policy refuses', async () => {
    const guarded = createDial(
      createUrlPolicy({ httpsOnly: false, allow: { hosts: ['localhost'], cidrs: [] } })
    );
    const driver = createKafka(load, guarded);
    // Its host is allowed by its name. The broker announces its address.
    const server = serverOf(broker.url.replace('127.0.0.1', 'localhost'));
    const connection = await driver.connect(server, () => undefined);
    await expect(connection.publish(server.url, message)).rejects.toMatchObject({
      name: 'BlockedAddressError',
    });
    await connection.close();
  });

  it('sends nothing, and holds no socket, once its connection is closed', async () => {
    const sockets: Socket[] = [];
    const open = createDial(
      createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: ['127.0.0.1/32'] } })
    );
    const driver = createKafka(load, (target, onConnect) => {
      const socket = open(target, onConnect);
      sockets.push(socket);
      return socket;
    });
    const server = serverOf(broker.url);
    const connection = await driver.connect(server, () => undefined);
    await connection.publish(server.url, message);
    const [stored, opened] = [(await broker.stored()).length, sockets.length];
    broker.freeze();
    const sent = connection.publish(server.url, message).catch((error: Error) => error.message);
    await connection.close();
    expect(await sent).toMatch(/closed/);
    broker.thaw();
    expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
    expect(sockets).toHaveLength(opened);
    expect((await broker.stored()).length).toBeLessThanOrEqual(stored + 1);
  });

  it('logs in by the mechanism that the cluster supports, and says that none is', async () => {
    const asked: string[] = [];
    const cluster = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (request) => {
        const isHandshake = request.readInt16BE(4) === SASL_HANDSHAKE;
        if (isHandshake) asked.push(/SCRAM-SHA-\d+|PLAIN/.exec(request.toString('latin1'))![0]);
        const body = isHandshake ? UNSUPPORTED : VERSIONS;
        const head = Buffer.alloc(8);
        head.writeInt32BE(body.length + 4);
        request.copy(head, 4, 8, 12); // the correlation id
        socket.write(Buffer.concat([head, body]));
      });
    });
    cluster.listen(0, '127.0.0.1');
    await once(cluster, 'listening');
    const { port } = cluster.address() as AddressInfo;
    const url = `kafka://127.0.0.1:${port}/articles`;
    const open = createDial(createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } }));
    const driver = createKafka(load, open);
    const login = { username: 'strapi', password: 'secret' };
    const error = await driver
      .connect(serverOf(url, login), () => undefined)
      .catch((reason: unknown) => reason);
    expect(asked).toEqual(['SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN']);
    expect(driver.describe(error, readBrokerUrl(url))).toMatchObject({
      kind: 'unreachable',
      error: expect.stringMatching(/^Kafka refused the credentials/) as string,
    });
    cluster.close();
  });
});

const SASL_HANDSHAKE = 17;
/** Response to ApiVersions: no error, three requests with their versions, no throttling. */
const VERSIONS = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 3]),
  ...[
    [3, 0, 1],
    [SASL_HANDSHAKE, 0, 1],
    [18, 0, 2],
  ].map((numbers) => Buffer.from(numbers.flatMap((number) => [0, number]))),
  Buffer.alloc(4),
]);
/** Response to SaslHandshake: error 33, no mechanisms. */
const UNSUPPORTED = Buffer.from([0, 33, 0, 0, 0, 0]);
