/**
 * Ill receivers, over hours that pass in a moment: a breaker that holds on every node, an endpoint
 * disabled after days, and the operational events that say so. Real Strapi, database and receiver;
 * the clock is ours, and there are two nodes.
 */
import { randomBytes } from 'node:crypto';

import type { MessageDetail } from '../../server/src/panel/contract';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { MessagesService } from '../../server/src/panel/services/messages';
import type { EventSource } from '../../server/src/core/message/message';
import { createRuntime, type Runtime } from '../../server/src/runtime/runtime';
import type { TopicsService } from '../../server/src/api/topics';
import { createClock, type TestClock } from '../support/clock';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import { bootStrapi, describeEachDatabase, type BootedStrapi } from '../support/strapi';
import { warningsDuring } from '../support/warnings';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const OPEN_MS = 30 * SECOND_MS;
const MIN_ATTEMPTS = 20;
const NO_SPREAD = 0.5;

describeEachDatabase('the health of endpoints', (database) => {
  let app: BootedStrapi;
  let receiver: Receiver;
  let clock: TestClock;
  let nodes: [Runtime, Runtime];
  let made = 0;

  const service = <T>(name: string): T =>
    app.strapi.plugin('guaranteed-webhooks').service(name) as unknown as T;
  const endpoints = (): EndpointsService => service('endpoints');
  const messageOf = (id: string): Promise<MessageDetail> =>
    service<MessagesService>('messages').get(id);

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

  async function createEndpoint(name: string, events: string[] = []): Promise<number> {
    made += 1;
    const topics = service<TopicsService>('topics');
    const topic = await topics.create({ name: `topic-${made}`, events, contentTypes: null });
    const { id } = await endpoints().create({
      name: `${name} ${made}`,
      url: `${receiver.url}/${name}`,
      topicIds: [topic.id],
    });
    await second();
    return id;
  }

  async function enqueue(
    endpointId: number,
    count: number,
    eventName = 'entry.create',
    source: EventSource = 'content'
  ) {
    const [{ recorder, directory }] = nodes;
    const endpoint = directory.endpoint(endpointId);
    if (endpoint === undefined) throw new Error(`no endpoint ${endpointId}`);
    const deliveries = Array.from({ length: count }, () => ({
      event: {
        name: eventName,
        uid: null,
        entryDocumentId: null,
        entryLocale: null,
        body: { text: '{}', encoding: 'utf8' as const },
        contentType: 'application/json',
        actor: { kind: 'none' as const },
        source,
        occurredAt: clock.now(),
      },
      messages: [recorder.endpointMessage(endpoint, null)],
    }));
    return (await recorder.deliver(deliveries)).map(({ messageId }) => messageId);
  }

  const paths = (requests: readonly Received[]) => requests.map(({ path }) => path);
  const eventsOf = (requests: readonly Received[]) =>
    requests.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);

  async function makeIll(endpointId: number): Promise<void> {
    await enqueue(endpointId, MIN_ATTEMPTS);
    await tick();
    expect((await endpoints().get(endpointId)).breaker).not.toBeNull();
  }

  /** Twice a day a message fails, and with it every retry that is due. */
  async function failForDays(endpointId: number): Promise<void> {
    for (let halfDay = 0; halfDay <= 10; halfDay += 1) {
      await enqueue(endpointId, 1);
      await tick();
      clock.advance(DAY_MS / 2);
    }
    await tick();
  }

  it('holds the messages of a suspended endpoint without using up retries, and of no other', async () => {
    receiver.respondWith(({ path }) => (path === '/ill' ? 503 : 200));
    const ill = await createEndpoint('ill');
    const well = await createEndpoint('well');
    await makeIll(ill);

    const [held] = await enqueue(ill, 50);
    const [other] = await enqueue(well, 1);
    clock.advance(OPEN_MS - SECOND_MS);
    expect(paths(await tick())).toEqual(['/well']);
    expect(await messageOf(held!)).toMatchObject({ state: 'pending', attempts: 0, retried: 0 });
    expect((await messageOf(other!)).state).toBe('delivered');
  });

  it('sends nothing to an endpoint whose deletion was interrupted, and finishes it later', async () => {
    const id = await createEndpoint('leaving');
    const [first, other] = await enqueue(id, 2);
    await nodes[0].store.deleteEndpoint(id, { cancelPending: true, now: clock.now() });

    expect(await tick()).toEqual([]);
    expect(await messageOf(first!)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(nodes[1].directory.heldLanes()).toContain(`e:${id}`);
    await expect(endpoints().get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await nodes[1].maintenance.finishDeletions();
    expect((await messageOf(first!)).state).toBe('pending'); // the other node may still be working on it

    clock.advance(60 * SECOND_MS);
    await nodes[1].maintenance.finishDeletions();
    for (const messageId of [first!, other!]) {
      expect(await messageOf(messageId)).toMatchObject({ state: 'canceled', attempts: 0 });
    }
    expect(await nodes[0].store.deletedEndpoints()).toEqual([]);
  });

  it('tries one message, on one node, and waits twice as long when that fails', async () => {
    receiver.respondWith(() => 503);
    const id = await createEndpoint('ill');
    await makeIll(id);
    await enqueue(id, 50);

    clock.advance(OPEN_MS);
    expect(paths(await tick())).toHaveLength(1);
    expect(paths(await tick())).toEqual([]);
    clock.advance(2 * OPEN_MS - SECOND_MS);
    expect(paths(await tick())).toEqual([]);
    clock.advance(SECOND_MS);
    expect(paths(await tick())).toHaveLength(1);
  });

  it('tries one message at once when it is resumed', async () => {
    receiver.respondWith(() => 503);
    const id = await createEndpoint('ill');
    await makeIll(id);
    await enqueue(id, 5);
    expect(paths(await tick())).toEqual([]);
    await endpoints().resume(id, { held: 'deliver' });
    expect(paths(await tick())).toHaveLength(1);
    expect(paths(await tick())).toEqual([]);
    expect((await endpoints().get(id)).breaker).not.toBeNull();
  });

  it('sends everything when the probe is delivered, and emits an event', async () => {
    receiver.respondWith(({ path }) => (path === '/ill' ? 503 : 200));
    const id = await createEndpoint('ill');
    await createEndpoint('ops', ['webhooks.endpoint.recovered']);
    await makeIll(id);
    const held = await enqueue(id, 50);

    receiver.respondWith(() => 200);
    clock.advance(OPEN_MS);
    await tick();
    const got = [...receiver.requests, ...(await tick())];
    for (const messageId of held) expect((await messageOf(messageId)).state).toBe('delivered');
    expect(await endpoints().get(id)).toMatchObject({ breaker: null, firstFailureAt: null });
    const said = eventsOf(got.filter(({ path }) => path === '/ops'));
    expect(said[0]).toMatchObject({
      event: 'webhooks.endpoint.recovered',
      endpoint: { id, url: `${receiver.url}/ill` },
    });
  });

  it('probes again when the node that took the probe has died', async () => {
    receiver.respondWith(() => 503);
    const id = await createEndpoint('ill');
    await makeIll(id);
    await enqueue(id, 5);
    clock.advance(OPEN_MS);
    const { leaseMs } = nodes[0].config.dispatcher;
    expect(await nodes[0].store.takeProbes([id], clock.now(), leaseMs)).toEqual([id]);
    expect(paths(await tick())).toEqual([]);
    clock.advance(leaseMs);
    expect(paths(await tick())).toHaveLength(1);
  });

  it('disables an endpoint that has failed for days, with the reason, and holds its messages', async () => {
    receiver.respondWith(({ path }) => (path === '/lost' ? 500 : 200));
    const id = await createEndpoint('lost');
    await createEndpoint('ops', ['webhooks.endpoint.*']);
    await failForDays(id);
    await tick();
    const endpoint = await endpoints().get(id);
    expect(endpoint).toMatchObject({ state: 'disabled', version: 1 });
    expect(endpoint.stateReason).toMatch(
      /^Every attempt since 2026-.* has failed \(\d+ attempts\)\. .* status 500\.$/
    );
    expect(eventsOf(receiver.requests.filter(({ path }) => path === '/ops'))).toMatchObject([
      { event: 'webhooks.endpoint.disabled', endpoint: { id }, reason: endpoint.stateReason },
    ]);
    const [held] = await enqueue(id, 10);
    clock.advance(DAY_MS);
    expect(paths(await tick())).not.toContain('/lost');
    expect((await messageOf(held!)).state).toBe('pending');
  });

  it('does not disable an endpoint for two failures that lie days apart', async () => {
    receiver.respondWith(() => 503);
    const id = await createEndpoint('seldom');
    await enqueue(id, 1);
    await tick();
    clock.advance(7 * DAY_MS);
    await enqueue(id, 1);
    await tick();
    expect(await endpoints().get(id)).toMatchObject({ state: 'active', breaker: null });
  });

  it('does not count a failed test message, or make it a dead letter', async () => {
    receiver.respondWith(() => 410);
    const id = await createEndpoint('tried');
    const [messageId] = await enqueue(id, 1, 'trigger-test', 'test');
    await tick();
    expect(paths(receiver.requests)).toEqual(['/tried']);
    expect(await messageOf(messageId!)).toMatchObject({
      state: 'canceled',
      lastStatus: 410,
      dlqId: null,
    });
    expect(await endpoints().get(id)).toMatchObject({
      state: 'active',
      firstFailureAt: null,
      counts: { dead: 0 },
    });
  });

  it('does not retry a final status, or count it against the health', async () => {
    receiver.respondWith(({ path }) => (path === '/strict' ? 422 : 410));
    const id = await createEndpoint('strict');
    const { version } = await endpoints().get(id);
    const updated = await endpoints().update(id, { finalStatuses: [422, 410, 422] }, version);
    expect(updated.finalStatuses).toEqual([410, 422]);
    await second();
    const [invalid] = await enqueue(id, 1);
    await tick();
    const dead = { state: 'dead', attempts: 1, retried: 0 };
    expect(await messageOf(invalid!)).toMatchObject({ ...dead, lastStatus: 422 });

    await endpoints().update(id, { url: `${receiver.url}/gone` }, updated.version);
    await second();
    const [gone] = await enqueue(id, 1);
    await tick();
    expect(await messageOf(gone!)).toMatchObject({ ...dead, lastStatus: 410 });
    expect(await endpoints().get(id)).toMatchObject({ state: 'active', firstFailureAt: null });
  });

  it('retries blocked messages, and shows the reason on the endpoint', async () => {
    const id = await createEndpoint('moved');
    await nodes[0].store.updateEndpoint(id, { url: 'http://10.0.0.1/hook' });
    await second();
    const [messageId] = await enqueue(id, 1);
    await tick();
    expect(await messageOf(messageId!)).toMatchObject({
      state: 'pending',
      retried: 1,
      lastOutcome: 'blocked',
    });
    const { firstFailureAt, lastError } = await endpoints().get(id);
    expect(firstFailureAt).not.toBeNull();
    expect(lastError).toContain('10.0.0.1');
  });

  it('keeps a settlement whose endpoint health cannot be written', async () => {
    receiver.respondWith(() => 503);
    const id = await createEndpoint('ill');
    const error = jest.spyOn(app.strapi.log, 'error').mockReturnThis();
    for (const { recorder } of nodes) {
      recorder.record = () => Promise.reject(new Error('the database is gone'));
    }
    const ids = await enqueue(id, MIN_ATTEMPTS);
    const warnings = await warningsDuring(app.strapi, async () => {
      await tick();
      await tick();
    });
    expect(JSON.stringify(error.mock.calls)).toContain('the health of their endpoints');
    expect(warnings.join()).not.toContain('lease-lost');
    for (const messageId of ids) expect(await messageOf(messageId)).toMatchObject({ retried: 1 });
    error.mockRestore();
  });

  it('tries one message first when a disabled endpoint is made active again', async () => {
    receiver.respondWith(() => 500);
    const id = await createEndpoint('lost');
    await failForDays(id);
    await enqueue(id, 10);
    await endpoints().resume(id, { held: 'deliver' });
    expect(paths(await tick())).toHaveLength(1);
    expect((await endpoints().get(id)).state).toBe('active');
  });

  it('emits an event for each dead letter in its transaction, once, and none for its own events', async () => {
    receiver.respondWith(({ path }) => ({
      status: path === '/dead' ? 489 : 200,
      headers: { 'upstash-nonretryable-error': 'true' },
    }));
    const id = await createEndpoint('dead', ['webhooks.message.dead']);
    await createEndpoint('ops', ['webhooks.message.dead']);
    const [messageId] = await enqueue(id, 1);
    await tick();
    await tick();
    await tick();
    // The event goes to /dead as well, dies there, and that is the end of it.
    expect(paths(receiver.requests)).toHaveLength(3);
    const [said] = eventsOf(receiver.requests.filter(({ path }) => path === '/ops'));
    expect(said).toMatchObject({
      event: 'webhooks.message.dead',
      message: { messageId, event: 'entry.create', attempts: 1, lastStatus: 489 },
    });
    expect((await messageOf(messageId!)).dlqId).toBe((said?.message as { dlqId: string }).dlqId);
  });

  it('is not included in "*"', async () => {
    receiver.respondWith(() => ({
      status: 489,
      headers: { 'upstash-nonretryable-error': 'true' },
    }));
    const id = await createEndpoint('dead');
    await createEndpoint('all', ['*']);
    await enqueue(id, 1);
    await tick();
    expect(paths([...receiver.requests, ...(await tick())])).toEqual(['/dead']);
  });
});
