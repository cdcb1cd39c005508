/**
 * Receivers that accept requests and never answer, beside one that does: what they may hold of the
 * slots. Real sockets; the clock is ours, so nothing times out while a test looks.
 */
import type { EndpointsService } from '../../server/src/api/endpoints';
import { bootEngine, type Engine } from '../support/engine';
import { createReceiver, type Receiver } from '../support/receiver';
import { describeEachDatabase } from '../support/strapi';

const SLOTS = 100;
/** Far less than the timeout of the requests that hang. */
const PROMPT_MS = 10_000;
const SECOND_MS = 1_000;

const NEVER = { hold: new Promise(() => undefined) };
const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

describeEachDatabase('receivers that never answer', (database) => {
  let engine: Engine;
  let silent: Receiver[] = [];
  let endpointIds: number[] = [];
  let ticks: Promise<void>[] = [];

  beforeAll(async () => {
    engine = await bootEngine(database, { dispatcher: { enabled: false, slots: SLOTS } });
  }, 120_000);
  afterEach(async () => {
    await Promise.all(silent.map((receiver) => receiver.close()));
    await Promise.all(ticks);
    for (const id of endpointIds) await endpoints().remove(id, true);
    [silent, endpointIds, ticks] = [[], [], []];
    await engine.reset();
  });
  afterAll(() => engine.close());

  const endpoints = (): EndpointsService => engine.service('endpoints');

  async function createSilent(count: number): Promise<void> {
    while (silent.length < count) silent.push(await createReceiver());
    for (const receiver of silent) receiver.respondWith(() => NEVER);
  }

  /** All in one transaction: thousands of messages are not what is tested. */
  async function publish(inputs: readonly object[]): Promise<void> {
    await engine.app.strapi.db.transaction(async () => {
      for (const input of inputs) await engine.node.publisher.publish({ payload: {}, ...input });
    });
  }

  const toEach = (receivers: readonly Receiver[], count: number): object[] =>
    times(count).flatMap((index) => receivers.map(({ url }) => ({ url: `${url}/${index}` })));

  /** Wakes the loop and does not wait for it: what hangs would be waited for, too. */
  const tick = (): number => ticks.push(engine.node.tick());

  const isDelivered = async (count: number): Promise<void> => {
    await engine.receiver.waitFor(count, PROMPT_MS);
  };

  it('do not delay messages to others, however many there are', async () => {
    await createSilent(8);
    await publish(toEach(silent, 60));
    await publish(toEach([engine.receiver], 50));
    tick();
    await isDelivered(50);
    const held = silent.map(({ requests }) => requests.length);
    expect(Math.min(...held)).toBeGreaterThan(0);
    expect(Math.max(...held)).toBeLessThanOrEqual(SLOTS / 10);
    expect(sum(held)).toBeLessThanOrEqual((SLOTS * 3) / 4);
  });

  it('hold one share, however many endpoints, queues and keys lead to them', async () => {
    await createSilent(1);
    const url = silent[0]?.url ?? '';
    for (const number of times(6)) {
      const { id } = await endpoints().create({ name: `silent ${number}`, url, topicIds: [] });
      endpointIds.push(id);
    }
    await engine.node.directory.refresh();
    const byEndpoint = times(25).flatMap(() => endpointIds.map((endpointId) => ({ endpointId })));
    const gated = times(6).flatMap((number) => [
      ...times(5).map(() => ({ url, queue: `q${number}` })),
      ...times(5).map(() => ({ url, flowControl: { key: `k${number}`, parallelism: 50 } })),
    ]);
    await publish([...byEndpoint, ...gated]);
    await publish(toEach([engine.receiver], 50));
    tick();
    await isDelivered(50);
    expect(silent[0]?.requests.length).toBeLessThanOrEqual(SLOTS / 10);
  });

  it('keep the slots they had when they stopped answering, and leave the last part to those that answer', async () => {
    await createSilent(4);
    const answering = [...silent, engine.receiver];
    for (const receiver of silent) receiver.script([200]);
    await publish(toEach(answering, 1));
    await engine.node.tick();
    await publish(toEach(silent, 50));
    tick();
    await Promise.all(silent.map((receiver) => receiver.waitFor(1 + 25)));
    await publish(toEach([engine.receiver], 50));
    engine.clock.advance(SECOND_MS + 1);
    tick();
    await isDelivered(1 + 50);
    expect(sum(silent.map(({ requests }) => requests.length - 1))).toBe(SLOTS);
  });

  it('get all slots once they answer, and no message has used up retries', async () => {
    await createSilent(1);
    const [receiver] = silent;
    let answer = (): void => undefined;
    const hold = new Promise<void>((resolve) => {
      answer = resolve;
    });
    receiver?.respondWith(() => ({ hold }));
    await publish(toEach(silent, 60));
    tick();
    await receiver?.waitFor(1);
    engine.clock.advance(SECOND_MS + 1);
    tick();
    answer();
    await Promise.all(ticks);
    const paths = receiver?.requests.map(({ path }) => path) ?? [];
    expect(new Set(paths).size).toBe(60);
    expect(paths).toHaveLength(60);
  });
});
