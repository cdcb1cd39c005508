/** Alerts, told by two nodes: real Strapi, database and receiver; the clock is ours. */
import { randomBytes } from 'node:crypto';

import omit from 'lodash/omit';

import type { EndpointsService } from '../../server/src/api/endpoints';
import type { TopicsService } from '../../server/src/api/topics';
import type { Mail } from '../../server/src/host/email';
import type { AlertsService } from '../../server/src/panel/services/alerts';
import { createRuntime, type Runtime } from '../../server/src/runtime/runtime';
import { createClock, type TestClock } from '../support/clock';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import { bootStrapi, describeEachDatabase, type BootedStrapi } from '../support/strapi';

interface Provider {
  send(mail: Mail): Promise<unknown>;
}

const SECOND_MS = 1_000;
const OPEN_MS = 30 * SECOND_MS;
const MIN_ATTEMPTS = 20;
const NO_SPREAD = 0.5;

describeEachDatabase('alerts', (database) => {
  let app: BootedStrapi;
  let receiver: Receiver;
  let clock: TestClock;
  let nodes: [Runtime, Runtime];
  let made = 0;

  const service = <T>(name: string): T =>
    app.strapi.plugin('guaranteed-webhooks').service(name) as unknown as T;
  const endpoints = (): EndpointsService => service('endpoints');

  beforeAll(async () => {
    app = await bootStrapi({
      database,
      listen: false, // its own retention would delete messages of the test's clock
      plugin: { dispatcher: { enabled: false }, http: { allow: { cidrs: ['127.0.0.1/32'] } } },
    });
  });
  afterAll(() => app.close());

  beforeEach(async () => {
    receiver = await createReceiver();
    clock = createClock();
    const world = { clock, random: () => NO_SPREAD, randomBytes };
    nodes = [createRuntime(app.strapi, world), createRuntime(app.strapi, world)];
    for (const node of nodes) await node.keys.load();
  });
  afterEach(async () => {
    for (const { id } of await endpoints().list()) await endpoints().remove(id, true);
    await Promise.all(nodes.map((node) => node.stop()));
    await receiver.close();
  });

  /** What the cron does each second on every node, but for the sending. */
  async function second(): Promise<void> {
    for (const node of nodes) {
      await node.directory.refreshIfChanged();
      await node.probes.refresh();
    }
  }

  /** A second on both nodes at once, with all that is sent in it. @returns what the receiver got. */
  async function tick(): Promise<readonly Received[]> {
    const before = receiver.requests.length;
    await second();
    await Promise.all(nodes.map((node) => node.dispatcher.tick()));
    return receiver.requests.slice(before);
  }

  async function createEndpoint(name: string): Promise<number> {
    made += 1;
    const topics = service<TopicsService>('topics');
    const topic = await topics.create({ name: `topic-${made}`, events: [], contentTypes: null });
    const { id } = await endpoints().create({
      name: `${name} ${made}`,
      url: `${receiver.url}/${name}`,
      topicIds: [topic.id],
    });
    await second();
    return id;
  }

  async function enqueue(endpointId: number, count: number) {
    const [{ recorder, directory }] = nodes;
    const endpoint = directory.endpoint(endpointId);
    if (endpoint === undefined) throw new Error(`no endpoint ${endpointId}`);
    const deliveries = Array.from({ length: count }, () => ({
      event: {
        name: 'entry.create',
        uid: null,
        entryDocumentId: null,
        entryLocale: null,
        body: { text: '{}', encoding: 'utf8' as const },
        contentType: 'application/json',
        actor: { kind: 'none' as const },
        source: 'content' as const,
        occurredAt: clock.now(),
      },
      messages: [recorder.endpointMessage(endpoint, null)],
    }));
    return (await recorder.deliver(deliveries)).map(({ messageId }) => messageId);
  }

  async function makeIll(endpointId: number): Promise<void> {
    await enqueue(endpointId, MIN_ATTEMPTS);
    await tick();
    expect((await endpoints().get(endpointId)).breaker).not.toBeNull();
  }

  const alerts = () => service<AlertsService>('alerts');
  const email = () => app.strapi.plugin('email') as unknown as { provider: Provider | undefined };
  let mails: Mail[];
  let provider: Provider | undefined;
  let chat: number;

  beforeEach(async () => {
    mails = [];
    ({ provider } = email());
    email().provider = { send: async (mail) => void mails.push(mail) };
    chat = await createEndpoint('chat');
    const { version } = await endpoints().get(chat);
    await endpoints().update(
      chat,
      {
        shape: { payload: 'thin', format: { kind: 'preset', name: 'slack' } },
        retryPolicy: { kind: 'preset', preset: 'none' },
      },
      version
    );
    await save({ emails: ['ops@example.com'], endpointIds: [chat] });
  });
  afterEach(async () => {
    const { store } = nodes[0];
    const names = [...(await store.readSettings('alert')).keys()];
    await store.removeSettings(names);
    email().provider = provider;
  });

  const save = async (input: object = {}) => {
    const stored = omit(await alerts().get(), 'mailError');
    return alerts().save({ ...stored, ...input });
  };
  /** Both nodes look at once. */
  const look = async (): Promise<void> => {
    await second();
    await Promise.all(nodes.map((node) => alerts().look(node)));
  };
  const subjects = () => mails.map(({ subject }) => subject);
  const toChat = (requests: readonly Received[]) =>
    requests.filter(({ path }) => path === '/chat').map(({ body }) => body.toString());

  it('are told once by two nodes, by e-mail and in a format, with a link; a recovery, too', async () => {
    receiver.respondWith(({ path }) => (path === '/ill' ? 503 : 200));
    const id = await createEndpoint('ill');
    const { name } = await endpoints().get(id);
    await makeIll(id);
    await look();
    await look();
    expect(mails).toMatchObject([
      { to: 'ops@example.com', subject: `Strapi: Endpoint "${name}" is failing` },
    ]);
    expect(mails[0]?.text).toContain(`/plugins/guaranteed-webhooks/endpoints/${id}`);
    const [told, ...others] = toChat(await tick());
    expect(others).toEqual([]);
    expect(JSON.parse(told ?? '')).toMatchObject({ text: `Endpoint "${name}" is failing` });
    expect(told).toContain(`/endpoints/${id}|Open in Strapi>`);

    receiver.respondWith(() => 200);
    clock.advance(OPEN_MS);
    await tick();
    await look();
    expect(subjects()).toHaveLength(2);
    expect(mails[1]?.subject).toBe(`Strapi: Endpoint "${name}" has recovered`);
    expect(toChat(await tick())).toHaveLength(1);

    receiver.respondWith(({ path }) => (path === '/ill' ? 503 : 200));
    await makeIll(id);
    await look();
    expect(subjects()).toHaveLength(2);
    clock.advance(60 * 60 * SECOND_MS);
    await look();
    await look();
    expect(subjects()).toHaveLength(3);
  });

  it('are not told about themselves in a circle', async () => {
    receiver.respondWith(() => 500);
    const id = await createEndpoint('shop');
    const { version, name } = await endpoints().get(id);
    await endpoints().update(id, { retryPolicy: { kind: 'preset', preset: 'none' } }, version);
    await second();
    await enqueue(id, 1);
    await tick();
    await look();
    expect(subjects()).toEqual([`Strapi: Messages to endpoint "${name}" have failed`]);
    expect(toChat(await tick())).toHaveLength(1);
    await look();
    expect(subjects()).toHaveLength(1);

    clock.advance(5 * 60 * SECOND_MS);
    await look();
    const chatName = (await endpoints().get(chat)).name;
    expect(subjects().slice(1)).toEqual([`Strapi: Endpoint "${chatName}" is failing`]);
    expect(toChat(await tick())).toEqual([]);
  });

  it('tell of a backlog, but not of an endpoint that somebody paused', async () => {
    await save({ backlogMs: 60 * SECOND_MS });
    const [late, paused] = [await createEndpoint('late'), await createEndpoint('paused')];
    for (const id of [late, paused]) await enqueue(id, 1);
    await endpoints().pause(paused);
    clock.advance(59 * SECOND_MS);
    await look();
    expect(subjects()).toEqual([]);
    clock.advance(SECOND_MS);
    await look();
    const { name } = await endpoints().get(late);
    expect(subjects()).toEqual([`Strapi: Messages to endpoint "${name}" are waiting`]);
  });

  it('are sent by another node when the one that took the e-mail has died', async () => {
    receiver.respondWith(() => 503);
    await makeIll(await createEndpoint('ill'));
    let release = (): void => undefined;
    const taken = new Promise<void>((resolve) => {
      email().provider = {
        send: () => {
          resolve();
          return new Promise((done) => (release = () => done(undefined)));
        },
      };
    });
    await second();
    const dying = alerts().look(nodes[0]);
    await taken;
    email().provider = { send: () => Promise.reject(new Error('no route to the mail server')) };
    clock.advance(2 * 60 * SECOND_MS);
    await alerts().look(nodes[1]);
    expect((await alerts().get()).mailError).toBe('no route to the mail server');
    email().provider = { send: async (mail) => void mails.push(mail) };
    await alerts().look(nodes[1]);
    expect(mails).toEqual([]);
    clock.advance(2 * 60 * SECOND_MS);
    await look();
    expect(mails).toHaveLength(1);
    expect((await alerts().get()).mailError).toBeNull();
    release();
    await dying;
  });

  it('are refused with the field that is wrong, and tested', async () => {
    receiver.respondWith(() => 200);
    await expect(save({ emails: ['ops@example.com', 'ops'] })).rejects.toMatchObject({
      field: 'emails.1',
    });
    await expect(save({ endpointIds: [chat, 99_999] })).rejects.toMatchObject({
      field: 'endpointIds.1',
    });
    await expect(save({ version: 0 })).rejects.toMatchObject({ code: 'STALE_VERSION' });
    await expect(save({ surprise: 1 })).rejects.toMatchObject({ field: 'surprise' });
    expect(await alerts().test()).toMatchObject({
      mailError: null,
      messageIds: [expect.stringMatching(/^msg_/) as string],
    });
    expect(subjects()).toEqual(['Strapi: Test of the webhook alerts']);
    email().provider = undefined;
    await expect(save()).rejects.toMatchObject({ code: 'INVALID_VALUE', field: 'emails' });
    expect((await alerts().test()).mailError).toContain('config/plugins');
  });
});
