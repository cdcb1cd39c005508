/** So many at once, so many in a period, whoever sends: on a real Strapi, and with two replicas. */
import { createFlowControl, type FlowControlService } from '../../server/src/api/flow-control';
import { bootEngine, LEASE_MS, type Engine, type Node } from '../support/engine';
import { connectAgain } from '../support/second-connection';
import { describeEachDatabase } from '../support/strapi';

const SECOND_MS = 1_000;
const KEY = 'tenant-1';

describeEachDatabase('flow control', (database) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await bootEngine(database);
  }, 120_000);
  afterEach(() => engine.reset());
  afterAll(() => engine.close());

  const flow = (): FlowControlService => createFlowControl(() => engine.node);
  const url = (path: string): string => engine.receiver.url + path;
  const paths = (): string[] => engine.receiver.requests.map(({ path }) => path);
  const sent = (): number => engine.receiver.requests.length;
  const publish = (path: string, limits: object = {}, more: object = {}) =>
    engine.node.publisher.publish({
      url: url(path),
      payload: {},
      flowControl: { key: KEY, ...limits },
      ...more,
    });
  async function publishMany(count: number, limits: object): Promise<string[]> {
    const made = Array.from({ length: count }, (_, index) => `/${index}`);
    for (const path of made) await publish(path, limits);
    return made;
  }

  /** Answers nothing until `open`; says how many it had at once. */
  function gatedReceiver() {
    const state = { inFlight: 0, most: 0, open: (): void => undefined };
    const opened = new Promise<void>((resolve) => {
      state.open = resolve;
    });
    engine.receiver.respondWith(() => {
      state.most = Math.max(state.most, (state.inFlight += 1));
      const hold = opened.then(() => {
        state.inFlight -= 1;
      });
      return { status: 200, hold };
    });
    return state;
  }

  it('sends as many as the rate allows in each period, in order of arrival', async () => {
    const made = await publishMany(7, { rate: 3, periodMs: 10 * SECOND_MS });
    await engine.node.tick();
    expect(paths().sort()).toEqual(made.slice(0, 3));
    engine.clock.advance(10 * SECOND_MS - 1);
    await engine.node.tick();
    expect(sent()).toBe(3);
    engine.clock.advance(1);
    await engine.node.tick();
    expect(paths().slice(3).sort()).toEqual(made.slice(3, 6));
    engine.clock.advance(10 * SECOND_MS);
    await engine.node.tick();
    expect(paths().at(-1)).toBe(made[6]);
  });

  it('counts retries too', async () => {
    engine.receiver.script([500]);
    const retryPolicy = { kind: 'list' as const, delaysMs: [0] };
    await publish('/a', { rate: 1, periodMs: SECOND_MS }, { retryPolicy });
    await engine.node.tick();
    expect(sent()).toBe(1);
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(sent()).toBe(2);
  });

  it('has no more requests in flight than the parallelism, and continues with each response', async () => {
    const receiver = gatedReceiver();
    await publishMany(6, { parallelism: 2 });
    const ticking = engine.node.tick();
    await engine.receiver.waitFor(2);
    expect(await flow().get(KEY)).toMatchObject({ parallelismCount: 2, waiting: 4 });
    receiver.open();
    await ticking;
    expect(sent()).toBe(6);
    expect(receiver.most).toBe(2);
    expect(await flow().get(KEY)).toMatchObject({ parallelismCount: 0, waiting: 0 });
  });

  it('leaves other keys, and messages without one, alone', async () => {
    await publishMany(2, { rate: 1, periodMs: SECOND_MS });
    await engine.node.publisher.publish({ url: url('/free'), payload: {} });
    await engine.node.publisher.publish({
      url: url('/other'),
      payload: {},
      flowControl: { key: 'TENANT-1', rate: 1 },
    });
    await engine.node.tick();
    expect(new Set(paths())).toEqual(new Set(['/0', '/free', '/other']));
  });

  it('holds the messages of a paused key, and sends them when resumed', async () => {
    await publishMany(2, { parallelism: 5 });
    await flow().pause(KEY);
    await engine.node.tick();
    expect(sent()).toBe(0);
    expect(await flow().get(KEY)).toMatchObject({ paused: true, waiting: 2 });
    await flow().resume(KEY);
    await engine.node.tick();
    expect(sent()).toBe(2);
  });

  it('takes the limits of the latest message, unless they are pinned', async () => {
    await publish('/a', { rate: 1, periodMs: SECOND_MS });
    await publish('/b', { rate: 5, periodMs: 2 * SECOND_MS });
    expect(await flow().get(KEY)).toMatchObject({ rateMax: 5, periodMs: 2 * SECOND_MS });
    await publish('/c');
    expect(await flow().get(KEY)).toMatchObject({ rateMax: 5, parallelismMax: 0 });

    await flow().pin(KEY, { parallelism: 1 });
    await publish('/d', { parallelism: 9, rate: 7 });
    expect(await flow().get(KEY)).toMatchObject({
      parallelismMax: 1,
      rateMax: 7,
      pinnedParallelism: true,
      pinnedRate: false,
    });
    await flow().unpin(KEY, { parallelism: true, rate: false });
    expect(await flow().get(KEY)).toMatchObject({ parallelismMax: 1, pinnedParallelism: false });
    await publish('/e', { parallelism: 9 });
    expect(await flow().get(KEY)).toMatchObject({ parallelismMax: 9, rateMax: 0 });
  });

  it('begins a new period when the rate is reset', async () => {
    await publishMany(2, { rate: 1, periodMs: 3_600 * SECOND_MS });
    await engine.node.tick();
    expect(await flow().get(KEY)).toMatchObject({ rateCount: 1, periodStart: engine.clock.now() });
    engine.clock.advance(SECOND_MS);
    await flow().resetRate(KEY);
    expect(await flow().get(KEY)).toMatchObject({ rateCount: 0, periodStart: engine.clock.now() });
    await engine.node.tick();
    expect(sent()).toBe(2);
  });

  it('is found by a part of it; an unknown key is a 404', async () => {
    await publish('/a', { rate: 1 });
    expect((await flow().list('nant')).map(({ key }) => key)).toEqual([KEY]);
    expect(await flow().list('nothing')).toEqual([]);
    expect(await flow().get('unknown')).toBeNull();
    await expect(flow().pause('unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(flow().pin(KEY, {})).rejects.toMatchObject({ code: 'INVALID_VALUE' });
    expect(await flow().global()).toMatchObject({ parallelismMax: 100, parallelismCount: 0 });
  });

  it('combines with a queue: both apply', async () => {
    const limits = { rate: 1, periodMs: 10 * SECOND_MS };
    for (const path of ['/a', '/b', '/c']) await publish(path, limits, { queue: 'q' });
    await engine.node.publisher.publish({ url: url('/plain'), payload: {}, queue: 'q' });
    await engine.node.tick();
    expect(paths()).toEqual(['/a']);
    engine.clock.advance(10 * SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/a', '/b']);
    engine.clock.advance(10 * SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/a', '/b', '/c', '/plain']);
  });

  it("limits callbacks by their own key, and not by their message's", async () => {
    const callbacks = {
      success: { url: url('/done'), flowControl: { key: 'callbacks', rate: 1 } },
    };
    await publish('/a', { rate: 5 }, { callbacks });
    await publish('/b', { rate: 5 }, { callbacks });
    await engine.node.tick();
    expect(engine.to('/done')).toHaveLength(1);
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(engine.to('/done')).toHaveLength(2);
  });

  it('waits for the due time of each, and lets those that are due pass', async () => {
    await publish('/late', { rate: 5 }, { delayMs: 5 * SECOND_MS });
    await publish('/now', { rate: 5 });
    await engine.node.tick();
    expect(paths()).toEqual(['/now']);
    engine.clock.advance(5 * SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/now', '/late']);
  });

  it('frees the place of a dead node when its lease ends', async () => {
    await publishMany(2, { parallelism: 1 });
    const lease = {
      limit: 10,
      now: engine.clock.now(),
      leaseMs: LEASE_MS,
      token: 'of a node that died',
      budget: { default: 10, lanes: new Map() },
      gates: true,
    };
    expect(await engine.node.store.claim(lease)).toHaveLength(1);
    await engine.node.tick();
    expect(sent()).toBe(0);
    engine.clock.advance(LEASE_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/0', '/1']);
  });

  it('never sends messages that were canceled', async () => {
    await publish('/a', { rate: 1, periodMs: SECOND_MS });
    const { messageIds } = await publish('/b', { rate: 1, periodMs: SECOND_MS });
    await engine.node.tick();
    const row = await engine.node.store.findMessage(messageIds[0]!);
    await engine.node.store.cancel([row!.id], engine.clock.now());
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/a']);
  });

  it('holds on two replicas: together they exceed no limit', async () => {
    const second = connectAgain(engine.app.strapi);
    try {
      const other: Node = await engine.addNode(second.strapi);
      const both = () => Promise.all([engine.node.tick(), other.tick()]);
      let inFlight = 0;
      let most = 0;
      engine.receiver.respondWith(async () => {
        most = Math.max(most, (inFlight += 1));
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
        return 200;
      });
      await publishMany(40, { parallelism: 4, rate: 10, periodMs: 10 * SECOND_MS });
      for (let period = 1; period <= 4; period += 1) {
        for (let looks = 0; sent() < period * 10 && looks < 50; looks += 1) await both();
        await both();
        expect(sent()).toBe(period * 10);
        engine.clock.advance(10 * SECOND_MS);
      }
      expect(most).toBeLessThanOrEqual(4);
      expect(new Set(paths()).size).toBe(40);
      await other.stop();
    } finally {
      await second.close();
    }
  });
});
