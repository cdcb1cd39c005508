/**
 * A node that has nothing to do asks the database rarely, and is late for nothing: second by second, by
 * a clock of the test's own.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { EndpointsService } from '../../server/src/api/endpoints';
import type { PublishInput } from '../../server/src/api/publish-input';
import type { PublisherService } from '../../server/src/api/publisher';
import type { SchedulesService } from '../../server/src/api/schedules';
import { createRuntime, runtimeOf, type Runtime } from '../../server/src/runtime/runtime';
import { UID } from '../../server/src/store/sql/tables';
import { createClock, type TestClock } from '../support/clock';
import { createReceiver, type Receiver } from '../support/receiver';
import { bootStrapi, describeEachDatabase, type BootedStrapi } from '../support/strapi';

const SECOND_MS = 1_000;
/** Shorter than the accuracy that is expected of timers. */
const STEP_MS = 20;
const ACCURATE_TO_MS = 100;
const MINUTE_S = 60;
const LEASE_MS = 60_000;
const QUIET_TURNS = 5;
const RUNTIME = 'plugin::guaranteed-webhooks.runtime';

describeEachDatabase('an idle node', (database) => {
  let app: BootedStrapi;
  let receiver: Receiver;
  let clock: TestClock;
  let own: Runtime;
  let node: Runtime;
  let nodes: Runtime[] = [];
  let statements: string[] = [];
  let timers: { at: number; callback: () => void }[] = [];

  beforeAll(async () => {
    app = await bootStrapi({
      database,
      plugin: { http: { allow: { cidrs: ['127.0.0.1/32'] } } },
    });
    own = runtimeOf(app.strapi);
    await own.stop(); // Its clock is the machine's.
    app.strapi.db.connection.on('query', ({ sql }: { sql: string }) => statements.push(sql));
  }, 120_000);
  afterAll(async () => {
    services().set(RUNTIME, () => own);
    await app.close();
  });

  beforeEach(async () => {
    receiver = await createReceiver();
    clock = createClock();
    node = await addNode();
    services().set(RUNTIME, () => node);
  });
  afterEach(async () => {
    for (const { id } of await endpoints().list()) await endpoints().remove(id, true);
    for (const { scheduleId } of await schedules().list()) await schedules().remove(scheduleId);
    await Promise.all(nodes.map((one) => one.stop()));
    nodes = [];
    timers = [];
    await receiver.close();
  });

  const services = () =>
    app.strapi.get<{ set(uid: string, create: () => Runtime): void }>('services');

  async function addNode(): Promise<Runtime> {
    const made = createRuntime(app.strapi, {
      clock,
      random: () => 0.5,
      randomBytes,
      later: (callback, ms) => timers.push({ at: clock.now() + ms, callback }),
    });
    await made.keys.load();
    await made.directory.refresh();
    nodes.push(made);
    return made;
  }

  const service = <T>(name: string): T =>
    app.strapi.plugin('guaranteed-webhooks').service(name) as unknown as T;
  const endpoints = () => service<EndpointsService>('endpoints');
  const schedules = () => service<SchedulesService>('schedules');
  const publish = (input: PublishInput) => service<PublisherService>('publisher').publish(input);
  const toUrl = (more: object = {}): PublishInput => ({
    url: `${receiver.url}/hook`,
    payload: {},
    ...more,
  });

  /** Until no statement runs, and none follows. */
  async function databaseQuiet(): Promise<void> {
    const { pool } = app.strapi.db.connection.client as {
      pool: { numUsed(): number; numPendingAcquires(): number };
    };
    for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
      await nextTurn();
      const isBusy = nodes.some((one) => !one.dispatcher.isAtRest());
      if (isBusy || pool.numUsed() > 0 || pool.numPendingAcquires() > 0) turns = 0;
    }
  }

  /** Seconds pass on every node, with all that is done in them. @returns the statements. */
  async function seconds(count: number): Promise<string[]> {
    statements = [];
    for (let second = 0; second < count; second += 1) {
      clock.advance(SECOND_MS);
      for (const one of nodes) await one.dispatcher.beat();
      await databaseQuiet();
    }
    return statements;
  }

  /** Time passes until that many requests have arrived, with timers and the work of each second. */
  async function arrivals(requests: number): Promise<number[]> {
    const instants: number[] = [];
    await databaseQuiet();
    for (let step = 0; instants.length < requests; step += 1) {
      if (step > 1_000) throw new Error(`${instants.length} requests after ${step} steps`);
      while (instants.length < receiver.requests.length) instants.push(clock.now());
      clock.advance(STEP_MS);
      const due = timers.filter(({ at }) => at <= clock.now());
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { callback } of due) callback();
      if (clock.now() % SECOND_MS === 0) await node.dispatcher.beat();
      await databaseQuiet();
    }
    return instants;
  }

  /** @returns after how many seconds that many requests have arrived. */
  async function secondsUntil(requests: number, atMost = 10 * MINUTE_S): Promise<number> {
    for (let passed = 0; passed <= atMost; passed += 1) {
      if (receiver.requests.length >= requests) return passed;
      await seconds(1);
    }
    throw new Error(`${receiver.requests.length} requests after ${atMost} s`);
  }

  it('makes at most 16 statements a minute, also with messages on hold', async () => {
    const { id } = await endpoints().create({
      name: 'shop',
      url: `${receiver.url}/shop`,
      topicIds: [],
    });
    await endpoints().pause(id);
    await publish({ endpointId: id, payload: {} });
    await seconds(2 * MINUTE_S);
    for (let minute = 0; minute < 3; minute += 1) {
      const made = await seconds(MINUTE_S);
      expect(made.length).toBeLessThanOrEqual(16);
      expect(made.length).toBeGreaterThan(0);
    }

    await endpoints().resume(id, { held: 'deliver' });
    expect(await secondsUntil(1)).toBeLessThanOrEqual(1);
  });

  it('sends a delayed message in the second it is due, and asks rarely until then', async () => {
    await seconds(10);
    await publish(toUrl({ delayMs: 30 * SECOND_MS }));
    await databaseQuiet();
    expect((await seconds(28)).length).toBeLessThan(100);
    expect(receiver.requests).toHaveLength(0);
    expect(await secondsUntil(1)).toBeLessThanOrEqual(2);
  });

  it('retries in the second it is due', async () => {
    receiver.script([503, 503, 200]);
    await publish(toUrl({ retryPolicy: { kind: 'list', delaysMs: [20_000, 40_000] } }));
    await secondsUntil(1);
    expect(await secondsUntil(2)).toBe(20);
    expect(await secondsUntil(3)).toBe(40);
  });

  it('sends between two seconds what is due then: a retry, a delayed message, a used-up rate', async () => {
    const after = (from: number | undefined, ms: number, arrival: number | undefined): void => {
      const lateMs = Number(arrival) - Number(from) - ms;
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThanOrEqual(ACCURATE_TO_MS);
    };
    clock.advance(2 * STEP_MS); // a retry after a second falls just behind the work of the next one
    receiver.script([503, 503, 200]);
    await publish(toUrl({ retryPolicy: { kind: 'list', delaysMs: [1_000, 1_100] } }));
    const [first, second, third] = await arrivals(3);
    after(first, 1_000, second);
    after(second, 1_100, third);

    const publishedAt = clock.now();
    await publish(toUrl({ delayMs: 1_300 }));
    after(publishedAt, 1_300, (await arrivals(4))[3]);

    const flowControl = { key: 'tenant', rate: 1, periodMs: 1_300 };
    await publish(toUrl({ flowControl }));
    await publish(toUrl({ flowControl }));
    const all = await arrivals(6);
    after(all[4], 1_300, all[5]);
  });

  it('runs a schedule that is created, changed or resumed while it is idle', async () => {
    await seconds(MINUTE_S);
    await schedules().create({ scheduleId: 'hourly', cron: '0 * * * *', publish: toUrl() });
    await seconds(10);
    await schedules().change('hourly', { cron: '* * * * *', publish: toUrl() }, 1);
    const untilMinute = MINUTE_S - ((clock.now() / SECOND_MS) % MINUTE_S);
    expect(await secondsUntil(1)).toBe(untilMinute);
    expect(await secondsUntil(2)).toBe(MINUTE_S);

    await schedules().pause('hourly');
    await seconds(3 * MINUTE_S + 10);
    expect(receiver.requests).toHaveLength(2);
    await schedules().resume('hourly');
    expect(await secondsUntil(3)).toBe(50);
  });

  it('sends what a killed node had claimed in the second its lease ends', async () => {
    await publish(toUrl({ delayMs: 1 }));
    await node.dispatcher.tick(); // The node looks, and finds nothing due.
    await databaseQuiet();
    clock.advance(SECOND_MS);
    const lease = { now: clock.now(), leaseMs: LEASE_MS, token: 'killed', limit: 1 };
    const claimed = await node.store.claim({ ...lease, budget: { default: 1, lanes: new Map() } });
    expect(claimed).toHaveLength(1);
    expect(await secondsUntil(1)).toBe(LEASE_MS / SECOND_MS);
  });

  it('tries a suspended endpoint when it is time to', async () => {
    const { id } = await endpoints().create({
      name: 'ill',
      url: `${receiver.url}/ill`,
      topicIds: [],
    });
    const at = clock.now();
    const open = { since: at, until: at + 45 * SECOND_MS, times: 1 };
    await node.store.updateEndpoint(id, { breaker: { window: null, open } });
    await node.directory.refresh();
    await publish({ endpointId: id, payload: {} });
    expect(await secondsUntil(1)).toBe(45);
  });

  it('goes on with a job of another process that was killed', async () => {
    await publish(toUrl({ delayMs: 3_600_000 }));
    await seconds(10);
    const { store } = node;
    const { id } = await store.createJob({
      kind: 'cancel',
      filter: { state: ['pending'] },
      upTo: await store.maxMessageId(),
      total: 1,
      now: clock.now(),
    });
    const ended = async () => (await store.findJob(id))?.state === 'finished';
    for (let passed = 0; !(await ended()); passed += 1) {
      expect(passed).toBeLessThanOrEqual(MINUTE_S);
      await seconds(1);
    }
  });

  it('reads what another process changed before it sends after a quiet time', async () => {
    const { id } = await endpoints().create({
      name: 'shop',
      url: `${receiver.url}/shop`,
      topicIds: [],
    });
    await seconds(30);
    await node.store.updateEndpoint(id, { state: 'paused' }); // node knows nothing of it
    await publish({ endpointId: id, payload: {} });
    await seconds(5);
    expect(receiver.requests).toHaveLength(0);
  });

  it('notices in a second what others in its process write past its services', async () => {
    await seconds(2 * MINUTE_S);
    const topics = app.strapi.db.query(UID.topic);
    const data = { name: 'direct', events: ['entry.*'], enabled: true };
    await topics.create({ data });
    await seconds(1);
    expect(node.directory.topicByName('direct')).toMatchObject({ events: ['entry.*'] });

    await seconds(2 * MINUTE_S);
    await app.strapi.db.transaction(async () => {
      await topics.update({ where: { name: 'direct' }, data: { events: ['media.*'] } });
    });
    await seconds(1);
    expect(node.directory.topicByName('direct')?.events).toEqual(['media.*']);

    await seconds(2 * MINUTE_S);
    await topics.delete({ where: { name: 'direct' } });
    await seconds(1);
    expect(node.directory.topicByName('direct')).toBeUndefined();
  });

  it('runs a schedule that others in its process write past its services', async () => {
    await schedules().create({ scheduleId: 'yearly', cron: '0 0 1 1 *', publish: toUrl() });
    await seconds(MINUTE_S);
    while ((await seconds(1)).length === 0); // It has just asked, and asks again in a minute.
    const nextAt = clock.now() + 20 * SECOND_MS;
    const write = { where: { scheduleId: 'yearly' }, data: { nextAt } };
    await app.strapi.db.query(UID.schedule).update(write);
    expect(await secondsUntil(1)).toBe(20);
  });

  it('notices statements of others within its interval when it is alone, and in a second beside others', async () => {
    const { id } = await endpoints().create({
      name: 'shop',
      url: `${receiver.url}/shop`,
      topicIds: [],
    });
    const write = (state: string) =>
      app.strapi.db.connection('gw_endpoints').where({ id }).update({ state });
    await seconds(2 * MINUTE_S);
    await write('paused');
    await seconds(MINUTE_S);
    expect(node.directory.endpoint(id)?.state).toBe('paused');

    await addNode();
    await seconds(MINUTE_S);
    await write('active');
    await seconds(1);
    expect(nodes.map(({ directory }) => directory.endpoint(id)?.state)).toEqual([
      'active',
      'active',
    ]);
  });

  it('asks each second while another node runs, once it has noticed it', async () => {
    await seconds(2 * MINUTE_S);
    const other = await addNode();
    await seconds(MINUTE_S);
    const before = node.directory.version();
    await other.store.touchDirectory();
    await seconds(1);
    expect(node.directory.version()).not.toBe(before);

    await other.stop();
    nodes = [node];
    await seconds(MINUTE_S);
    expect((await seconds(MINUTE_S)).length).toBeLessThanOrEqual(20);
  });
});
