/** First in, first out: on a real Strapi, and with two replicas on one database. */
import { createQueues, type QueuesService } from '../../server/src/api/queues';
import { bootEngine, LEASE_MS, type Engine, type Node } from '../support/engine';
import { connectAgain } from '../support/second-connection';
import { describeEachDatabase } from '../support/strapi';

const SECOND_MS = 1_000;
const ONE_RETRY = { kind: 'list' as const, delaysMs: [SECOND_MS] };
const NO_RETRY = { kind: 'preset' as const, preset: 'none' as const };

describeEachDatabase('queues', (database) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await bootEngine(database);
  }, 120_000);
  afterEach(() => engine.reset());
  afterAll(() => engine.close());

  const queues = (): QueuesService => createQueues(() => engine.node);
  const url = (path: string): string => engine.receiver.url + path;
  const paths = (): string[] => engine.receiver.requests.map(({ path }) => path);
  const enqueue = (path: string, more: object = {}) =>
    engine.node.publisher.publish({ url: url(path), payload: {}, queue: 'q', ...more });

  it('deliver in order of insertion, the next only when the one before is delivered', async () => {
    let inFlight = 0;
    let most = 0;
    engine.receiver.respondWith(async () => {
      most = Math.max(most, (inFlight += 1));
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return 200;
    });
    const wanted = Array.from({ length: 12 }, (_, index) => `/${index}`);
    for (const path of wanted) await enqueue(path);
    await engine.node.tick();
    expect(paths()).toEqual(wanted);
    expect(most).toBe(1);
  });

  it('wait for the retries of the first', async () => {
    engine.receiver.script([500]);
    await enqueue('/first', { retryPolicy: ONE_RETRY });
    await enqueue('/second');
    await engine.node.tick();
    expect(paths()).toEqual(['/first']);
    engine.clock.advance(SECOND_MS - 1);
    await engine.node.tick();
    expect(paths()).toEqual(['/first']);
    engine.clock.advance(1);
    await engine.node.tick();
    expect(paths()).toEqual(['/first', '/first', '/second']);
  });

  it('go on when the first is dead, after its failure callback, retries of that included', async () => {
    engine.receiver.respondWith(({ path }) =>
      path === '/first' || (path === '/alarm' && engine.to('/alarm').length === 1) ? 500 : 200
    );
    const callbacks = { failure: { url: url('/alarm'), retryPolicy: ONE_RETRY } };
    await enqueue('/first', { retryPolicy: NO_RETRY, callbacks });
    await enqueue('/second');
    await engine.node.tick();
    expect(paths()).toEqual(['/first', '/alarm']);
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/first', '/alarm', '/alarm', '/second']);
  });

  it('are independent of each other, and of messages without a queue', async () => {
    engine.receiver.respondWith(({ path }) => (path === '/stuck' ? 500 : 200));
    await enqueue('/stuck', { retryPolicy: ONE_RETRY });
    await enqueue('/behind');
    await enqueue('/other', { queue: 'other' });
    await enqueue('/free', { queue: undefined });
    await engine.node.tick();
    expect(new Set(paths())).toEqual(new Set(['/stuck', '/other', '/free']));
  });

  it('hold messages while paused, count them, and send them in order when resumed', async () => {
    await queues().upsert({ name: 'q', parallelism: 1, paused: true });
    for (const path of ['/a', '/b', '/c']) await enqueue(path);
    await engine.node.tick();
    expect(paths()).toEqual([]);
    expect(await queues().get('q')).toMatchObject({ lag: 3, paused: true, parallelism: 1 });
    await queues().resume('q');
    await engine.node.tick();
    expect(paths()).toEqual(['/a', '/b', '/c']);
    expect(await queues().get('q')).toMatchObject({ lag: 0, paused: false });
  });

  it('with more parallelism send that number at once, and no more', async () => {
    await queues().upsert({ name: 'q', parallelism: 3, paused: false });
    let inFlight = 0;
    let most = 0;
    let open = (): void => undefined;
    const full = new Promise<void>((resolve) => {
      open = resolve;
    });
    engine.receiver.respondWith(async () => {
      most = Math.max(most, (inFlight += 1));
      if (inFlight === 3) open();
      await full;
      inFlight -= 1;
      return 200;
    });
    for (let index = 0; index < 9; index += 1) await enqueue(`/${index}`);
    await engine.node.tick();
    expect(engine.receiver.requests).toHaveLength(9);
    expect(most).toBe(3);
  });

  it('are created by the first message, listed, and removed without dropping messages', async () => {
    expect(await queues().get('q')).toBeNull();
    await enqueue('/a', { delayMs: 5 * SECOND_MS });
    expect(await queues().list()).toEqual([
      expect.objectContaining({ name: 'q', parallelism: 1, paused: false, lag: 1 }),
    ]);
    expect(await queues().remove('q')).toBe(true);
    expect(await queues().list()).toEqual([]);
    expect(await queues().remove('q')).toBe(false);
    engine.clock.advance(5 * SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/a']);
  });

  it('are held up by a delayed message at their head', async () => {
    await enqueue('/late', { delayMs: SECOND_MS });
    await enqueue('/behind');
    await engine.node.tick();
    expect(paths()).toEqual([]);
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/late', '/behind']);
  });

  it('never send canceled messages, and continue after them', async () => {
    engine.receiver.script([500]);
    const { messageIds } = await enqueue('/first', { retryPolicy: ONE_RETRY });
    await enqueue('/second');
    await engine.node.tick();
    const row = await engine.node.store.findMessage(messageIds[0]!);
    expect(await engine.node.store.cancel([row!.id], engine.clock.now())).toBe(1);
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/first', '/second']);
  });

  it('take a replayed dead letter back at its place', async () => {
    engine.receiver.script([500]);
    const { messageIds } = await enqueue('/first', { retryPolicy: NO_RETRY });
    await engine.node.tick();
    await queues().pause('q');
    await enqueue('/second');
    const row = await engine.node.store.findMessage(messageIds[0]!);
    await engine.node.store.replay([row!.id], engine.clock.now());
    await queues().resume('q');
    await engine.node.tick();
    expect(paths()).toEqual(['/first', '/first', '/second']);
  });

  it('"send now" does not let a message jump the queue', async () => {
    engine.receiver.script([500]);
    await enqueue('/first', { retryPolicy: ONE_RETRY });
    const { messageIds } = await enqueue('/second', { delayMs: 5 * SECOND_MS });
    await engine.node.tick();
    const row = await engine.node.store.findMessage(messageIds[0]!);
    expect(await engine.node.store.expedite([row!.id], engine.clock.now())).toBe(1);
    await engine.node.tick();
    expect(paths()).toEqual(['/first']);
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/first', '/first', '/second']);
  });

  it('first send again what a dead node was sending', async () => {
    await enqueue('/first');
    await enqueue('/second');
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
    expect(paths()).toEqual([]);
    engine.clock.advance(LEASE_MS);
    await engine.node.tick();
    expect(paths()).toEqual(['/first', '/second']);
  });

  it('keep the order on two replicas, one message at a time', async () => {
    const second = connectAgain(engine.app.strapi);
    try {
      const other: Node = await engine.addNode(second.strapi);
      let inFlight = 0;
      let most = 0;
      engine.receiver.respondWith(async () => {
        most = Math.max(most, (inFlight += 1));
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
        return 200;
      });
      const wanted = Array.from({ length: 30 }, (_, index) => `/${index}`);
      for (const path of wanted) await enqueue(path);
      // Each passes by what the other holds at that moment, so both are asked until all is done.
      while (engine.receiver.requests.length < wanted.length) {
        await Promise.all([engine.node.tick(), other.tick()]);
      }
      expect(paths()).toEqual(wanted);
      expect(most).toBe(1);
      await other.stop();
    } finally {
      await second.close();
    }
  });
});
