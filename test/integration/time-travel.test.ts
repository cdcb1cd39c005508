/**
 * Days of retries in milliseconds: a real Strapi, its database, a real receiver, and a delivery
 * service whose clock and dice are ours. Strapi's own dispatcher is off: whatever is sent, we sent.
 */
import { randomBytes } from 'node:crypto';

import type { EndpointInput, MessageDetail } from '../../server/src/panel/contract';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { MessagesService } from '../../server/src/panel/services/messages';
import type { MessageOverrides } from '../../server/src/delivery/engine/recorder';
import { batchKeyOf, batchLane } from '../../server/src/core/gates/delivery-mode';
import { PATIENCE_MS } from '../../server/src/delivery/loop/slots';
import { createRuntime, type Runtime } from '../../server/src/runtime/runtime';
import type { TopicsService } from '../../server/src/api/topics';
import { createClock, type TestClock } from '../support/clock';
import { createReceiver, type Receiver } from '../support/receiver';
import { bootStrapi, describeEachDatabase, type BootedStrapi } from '../support/strapi';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LEASE_MS = 60 * SECOND_MS;
const DELIVERED_KEPT_MS = 30 * DAY_MS;
const DEAD_KEPT_MS = 90 * DAY_MS;

/** Standard Webhooks 1.0.0, "Deliverability and reliability". */
const LADDER_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
const NO_SPREAD = 0.5;
const JITTER_PERCENT = 20;

describeEachDatabase('time travel', (database) => {
  let app: BootedStrapi;
  let receiver: Receiver;
  let clock: TestClock;
  let dice: number;
  let runtime: Runtime;
  let made = 0;

  const service = <T>(name: string): T =>
    app.strapi.plugin('guaranteed-webhooks').service(name) as unknown as T;
  const endpoints = (): EndpointsService => service('endpoints');
  const messages = (): MessagesService => service('messages');

  /** Another node on the same database, as far as Strapi can tell. */
  async function createNode(): Promise<Runtime> {
    const node = createRuntime(app.strapi, { clock, random: () => dice, randomBytes });
    await node.keys.load();
    await node.directory.refresh();
    return node;
  }

  /** What the cron does each second on every node; Strapi's own is one. */
  async function seeChanges(): Promise<void> {
    for (const node of [runtime, service<Runtime>('runtime')]) {
      await node.directory.refreshIfChanged();
    }
  }

  async function createEndpoint(input: Partial<EndpointInput> = {}): Promise<number> {
    made += 1;
    const topic = await service<TopicsService>('topics').create({
      name: `topic-${made}`,
      events: [],
      contentTypes: null,
    });
    const { id } = await endpoints().create({
      name: `endpoint-${made}`,
      url: `${receiver.url}/${made}`,
      topicIds: [topic.id],
      ...input,
    });
    await runtime.directory.refresh();
    return id;
  }

  /** A message due now, by our clock. */
  async function enqueue(
    endpointId: number,
    text = '{"hello":"world"}',
    place: Pick<MessageOverrides, 'lane' | 'orderKey'> = {}
  ): Promise<string> {
    const endpoint = runtime.directory.endpoint(endpointId);
    if (endpoint === undefined) throw new Error(`no endpoint ${endpointId}`);
    const message = runtime.recorder.endpointMessage(endpoint, null, place);
    const event = {
      name: 'entry.create',
      uid: null,
      entryDocumentId: null,
      entryLocale: null,
      body: { text, encoding: 'utf8' as const },
      contentType: 'application/json',
      actor: { kind: 'none' as const },
      source: 'code' as const,
      occurredAt: clock.now(),
    };
    await runtime.recorder.deliver([{ event, messages: [message] }]);
    return message.messageId;
  }

  const tick = (node: Runtime = runtime): Promise<void> => node.dispatcher.tick();
  const detail = (messageId: string): Promise<MessageDetail> => messages().get(messageId);
  async function rowOf(messageId: string): Promise<{ id: number }> {
    const [row] = await runtime.store.findMessages([messageId]);
    if (row === undefined) throw new Error(`no message ${messageId}`);
    return row;
  }

  const sentTo = (messageId: string) =>
    receiver.requests.filter(({ headers }) => headers['webhook-id'] === messageId);

  beforeAll(async () => {
    app = await bootStrapi({
      database,
      listen: false,
      plugin: {
        dispatcher: {
          enabled: false,
          leaseMs: LEASE_MS - PATIENCE_MS,
          slotsPerEndpoint: 100,
        },
        http: { allow: { cidrs: ['127.0.0.1/32'] } },
        retention: { deliveredMs: DELIVERED_KEPT_MS, deadMs: DEAD_KEPT_MS },
      },
    });
  }, 120_000);

  afterAll(() => app.close());

  beforeEach(async () => {
    receiver = await createReceiver();
    clock = createClock();
    dice = NO_SPREAD;
    runtime = await createNode();
  });

  afterEach(async () => {
    await runtime.stop();
    await receiver.close();
    // Each test has the queue to itself.
    for (const table of ['gw_outbox', 'gw_undelivered', 'gw_messages']) {
      await app.strapi.db.connection(table).delete();
    }
  });

  it('makes each attempt of the retry schedule on time, and ends in the dead-letter queue', async () => {
    receiver.respondWith((request) => ({ status: 500, body: `no to ${request.body.length}` }));
    const body = JSON.stringify({ text: 'exact bytes: é 😀 \u2028' });
    const id = await enqueue(await createEndpoint(), body);
    const began = clock.now();

    for (const [retries, delayMs] of LADDER_MS.entries()) {
      await tick();
      expect(sentTo(id)).toHaveLength(retries + 1);
      expect(await detail(id)).toMatchObject({
        state: 'pending',
        retried: retries + 1,
        notBefore: clock.now() + delayMs,
      });
      clock.advance(delayMs - 1);
      await tick();
      expect(sentTo(id)).toHaveLength(retries + 1);
      clock.advance(1);
    }
    expect(clock.now() - began).toBe(75 * HOUR_MS + 35 * MINUTE_MS + 5 * SECOND_MS);
    await tick();

    const dead = await detail(id);
    expect(dead).toMatchObject({
      state: 'dead',
      attempts: LADDER_MS.length + 1,
      retried: LADDER_MS.length,
      notBefore: null,
      finishedAt: clock.now(),
      lastOutcome: 'responded',
      lastStatus: 500,
      body: { text: body, encoding: 'utf8' },
    });
    expect(dead.dlqId).toEqual(expect.any(String));

    const elapsed = dead.attemptLog.map(({ startedAt }) => startedAt - began).sort((a, b) => a - b);
    expect(elapsed).toEqual([
      0,
      ...LADDER_MS.map((_, rung) => total(LADDER_MS.slice(0, rung + 1))),
    ]);
    const response = { text: `no to ${Buffer.byteLength(body)}`, encoding: 'utf8' };
    for (const attempt of dead.attemptLog) {
      expect(attempt).toMatchObject({ outcome: 'responded', status: 500 });
      expect(attempt.response?.body).toEqual(response);
    }

    // Nothing more, however long one waits.
    clock.advance(30 * DAY_MS);
    await tick();
    expect(sentTo(id)).toHaveLength(LADDER_MS.length + 1);

    // Every attempt carried the same bytes, and was signed at its own instant.
    const stamps = sentTo(id).map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(stamps).toEqual(
      [0, ...LADDER_MS.map((_, rung) => total(LADDER_MS.slice(0, rung + 1)))].map((after) =>
        Math.floor((began + after) / SECOND_MS)
      )
    );
    expect(new Set(sentTo(id).map((request) => request.body.toString()))).toEqual(new Set([body]));
  });

  it('delivers a replayed dead letter as the same message', async () => {
    receiver.script([500, 200]);
    const id = await enqueue(
      await createEndpoint({ retryPolicy: { kind: 'preset', preset: 'none' } })
    );
    await tick();
    expect(await detail(id)).toMatchObject({ state: 'dead' });

    clock.advance(10 * DAY_MS);
    const { id: row } = await rowOf(id);
    expect(await runtime.store.replay([row], clock.now())).toBe(1);
    expect(await detail(id)).toMatchObject({ state: 'pending', retried: 0, dlqId: null });
    await tick();

    const [first, second, ...more] = sentTo(id);
    expect(more).toEqual([]);
    expect(second?.body).toEqual(first?.body);
    const delivered = await detail(id);
    expect(delivered).toMatchObject({ state: 'delivered', attempts: 2, finishedAt: clock.now() });
    expect(delivered.attemptLog.map(({ number }) => number).sort()).toEqual([1, 2]);
  });

  it.each([
    ['earliest', 0, 0.8],
    ['as planned', NO_SPREAD, 1],
    ['latest', 1 - Number.EPSILON, 1.2],
  ])('spreads a retry by the dice: %s', async (_name, throws, factor) => {
    receiver.respondWith(() => 503);
    dice = throws;
    const id = await enqueue(await createEndpoint({ jitterPercent: JITTER_PERCENT }));
    for (const delayMs of LADDER_MS) {
      await tick();
      const { notBefore } = await detail(id);
      expect((notBefore ?? 0) - clock.now()).toBe(Math.min(DAY_MS, Math.round(delayMs * factor)));
      clock.set(notBefore ?? 0);
    }
  });

  it.each([
    ['in seconds', () => '120', 120 * SECOND_MS],
    ['as a date', () => new Date(clock.now() + HOUR_MS).toUTCString(), HOUR_MS],
    ['a whole day', () => '86400', DAY_MS],
    ['but not after more than a day', () => '86401', 4 * SECOND_MS],
  ])('comes back when the receiver says: %s', async (_name, retryAfter, delayMs) => {
    clock.set(Math.ceil(clock.now() / SECOND_MS) * SECOND_MS); // an HTTP date has whole seconds
    dice = 0; // earliest: brings the ladder's 5 s forward to 4 s, and leaves the receiver's word alone
    receiver.script([{ status: 503, headers: { 'Retry-After': retryAfter() } }]);
    const id = await enqueue(await createEndpoint({ jitterPercent: JITTER_PERCENT }));
    await tick();
    expect(await detail(id)).toMatchObject({ retried: 1, notBefore: clock.now() + delayMs });

    clock.advance(delayMs - 1);
    await tick();
    expect(sentTo(id)).toHaveLength(1);
    clock.advance(1);
    await tick();
    expect(await detail(id)).toMatchObject({ state: 'delivered' });
  });

  it('disables an endpoint that responds with 410, and holds only its messages', async () => {
    receiver.respondWith(({ path }) => (path === `/${made}` ? 200 : 410));
    const gone = await createEndpoint();
    const well = await createEndpoint();
    const first = await enqueue(gone);
    await tick();
    const second = await enqueue(gone);
    const other = await enqueue(well);
    for (let days = 0; days < 7; days += 1) {
      await tick();
      clock.advance(DAY_MS);
    }

    expect(sentTo(first)).toHaveLength(1);
    expect(sentTo(second)).toHaveLength(0);
    expect(await detail(other)).toMatchObject({ state: 'delivered' });
    await seeChanges();
    expect(await detail(first)).toMatchObject({ state: 'pending', held: true, retried: 0 });
    expect(await endpoints().get(gone)).toMatchObject({
      state: 'disabled',
      stateReason: expect.stringContaining('410') as string,
    });

    receiver.respondWith(() => 200);
    await endpoints().resume(gone, { held: 'deliver' });
    await seeChanges();
    await tick();
    for (const id of [first, second]) {
      expect(await detail(id)).toMatchObject({ state: 'delivered' });
    }
  });

  it('stops at once when the receiver responds with a final error', async () => {
    receiver.respondWith(() => ({
      status: 489,
      headers: { 'Upstash-NonRetryable-Error': 'true' },
    }));
    const id = await enqueue(await createEndpoint());
    await tick();
    expect(await detail(id)).toMatchObject({ state: 'dead', attempts: 1, lastStatus: 489 });
    clock.advance(DAY_MS);
    await tick();
    expect(sentTo(id)).toHaveLength(1);
  });

  it.each([
    ['delivered', 'deliver'],
    ['canceled', 'skip'],
  ] as const)(
    'holds what a paused endpoint is sent, until it is %s on resume',
    async (state, held) => {
      const endpointId = await createEndpoint();
      await endpoints().pause(endpointId, 'maintenance');
      await seeChanges();
      const id = await enqueue(endpointId);
      clock.advance(3 * DAY_MS);
      await tick();
      expect(receiver.requests).toHaveLength(0);
      expect(await detail(id)).toMatchObject({ state: 'pending', held: true, attempts: 0 });

      expect(await endpoints().resume(endpointId, { held })).toMatchObject({ count: 1 });
      await seeChanges();
      await tick();
      expect(await detail(id)).toMatchObject({ state });
      expect(sentTo(id)).toHaveLength(state === 'delivered' ? 1 : 0);
    }
  );

  it.each([200, 500])(
    'sends again when a lease lapses, and ignores the late answer (%i) of who held it',
    async (lateStatus) => {
      let answerLate = (): void => undefined;
      const hold = new Promise<void>((resolve) => (answerLate = resolve));
      receiver.script([{ status: lateStatus, hold }, { status: 202 }]);
      const id = await enqueue(await createEndpoint());
      const other = await createNode();

      const stale = tick();
      await receiver.waitFor(1);
      clock.advance(LEASE_MS - 1);
      await tick(other);
      expect(sentTo(id)).toHaveLength(1);

      clock.advance(1);
      await tick(other);
      expect(sentTo(id)).toHaveLength(2);
      expect(await detail(id)).toMatchObject({ state: 'delivered', lastStatus: 202 });

      clock.advance(SECOND_MS);
      answerLate();
      await stale;
      await tick(other);
      expect(await detail(id)).toMatchObject({ state: 'delivered', attempts: 1, lastStatus: 202 });
      expect((await detail(id)).attemptLog).toHaveLength(1);
      expect(sentTo(id)).toHaveLength(2);
      await other.stop();
    }
  );

  it('makes and sends as many batches as there are before it rests', async () => {
    const BATCHES = 120; // more than are made in one claim
    const id = await createEndpoint({
      delivery: { mode: 'batch', by: 'transaction', maxEvents: 10 },
    });
    for (let n = 0; n < BATCHES; n += 1) {
      const place = { lane: batchLane(id), orderKey: batchKeyOf('list', `${n}`) };
      await enqueue(id, '{}', place);
    }
    await tick();
    expect(receiver.requests).toHaveLength(BATCHES);
  });

  it('continues a bulk job of a dead node when its lease expires', async () => {
    receiver.respondWith(() => 500);
    const policy = { kind: 'preset', preset: 'none' } as const;
    const endpointId = await createEndpoint({ retryPolicy: policy });
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await enqueue(endpointId));
    await tick();

    const filter = { state: ['dead' as const] };
    const upTo = await runtime.store.maxMessageId();
    const total = await runtime.store.countMatching(filter);
    expect(total).toBe(ids.length);
    const job = await runtime.store.createJob({
      kind: 'replay',
      filter,
      upTo,
      total,
      now: clock.now(),
    });
    const step = {
      now: clock.now(),
      limit: 2,
      leaseMs: LEASE_MS,
      token: 'a node that died',
      makeMessages: () => Promise.resolve([]),
      makeDocumentMessages: () => Promise.resolve(null),
      compareDocuments: () => Promise.resolve(null),
    };
    expect(await runtime.store.stepJob(step)).toMatchObject({ done: 2, state: 'running' });

    clock.advance(LEASE_MS - 1);
    await runtime.maintenance.stepJobs();
    expect(await runtime.store.findJob(job.id)).toMatchObject({ done: 2, state: 'running' });
    clock.advance(1);
    await runtime.maintenance.stepJobs();
    expect(await runtime.store.findJob(job.id)).toMatchObject({ done: 5, state: 'finished' });

    receiver.respondWith(() => 200);
    await tick();
    for (const id of ids) {
      expect(await detail(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    }
  });

  it('removes finished messages by age, and unfinished ones never', async () => {
    receiver.script([200, 500]);
    const delivered = await enqueue(await createEndpoint());
    await tick();
    const dead = await enqueue(
      await createEndpoint({ retryPolicy: { kind: 'preset', preset: 'none' } })
    );
    await tick();
    const paused = await createEndpoint();
    await endpoints().pause(paused, undefined);
    await seeChanges();
    const held = await enqueue(paused);

    const kept = async (): Promise<string[]> =>
      (await runtime.store.findMessages([delivered, dead, held])).map((row) => row.messageId);
    const everything = [delivered, dead, held].sort();

    clock.advance(DELIVERED_KEPT_MS);
    await runtime.maintenance.purge();
    expect((await kept()).sort()).toEqual(everything);
    clock.advance(1);
    await runtime.maintenance.purge();
    expect((await kept()).sort()).toEqual([dead, held].sort());

    clock.advance(DEAD_KEPT_MS - DELIVERED_KEPT_MS - 1);
    await runtime.maintenance.purge();
    expect((await kept()).sort()).toEqual([dead, held].sort());
    clock.advance(1);
    await runtime.maintenance.purge();
    expect(await kept()).toEqual([held]);

    clock.advance(10 * 365 * DAY_MS);
    await runtime.maintenance.purge();
    expect(await kept()).toEqual([held]);
  });
});

const total = (durations: readonly number[]): number =>
  durations.reduce((sum, duration) => sum + duration, 0);
