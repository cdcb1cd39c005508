/**
 * Several Strapis on one database, each in a process of its own. SQLite is left out: it is a file for
 * one machine, and Strapi supports one process on it.
 */
import { databasesUnderTest } from '../support/databases';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import { createCluster, type Cluster } from '../support/replicas';

const BOOT_MS = 180_000;
const PATIENCE_MS = 60_000;
const LEASE_MS = 60_000;
const MINUTES_APART_MS = 300_000;
const SEEN_WITHIN_MS = 5_000;
/** An even number: the endpoint is active in the end. */
const CHANGES = 8;

const idOf = ({ headers }: Received): string => String(headers['webhook-id']);
const distinct = (requests: readonly Received[]): number => new Set(requests.map(idOf)).size;

const servers = databasesUnderTest().filter((kind) => kind !== 'sqlite');
const describeServers = servers.length > 0 ? describe.each(servers) : describe.skip.each(['none']);
const describeOne =
  servers.length > 0 ? describe.each(servers.slice(0, 1)) : describe.skip.each(['none']);

let cluster: Cluster;
let receiver: Receiver;

async function open(name: string): Promise<void> {
  cluster = await createCluster(name as (typeof servers)[number]);
  receiver = await createReceiver();
}

afterEach(async () => {
  await cluster?.close();
  await receiver?.close();
}, BOOT_MS);

describeServers('claims of replicas (%s)', (name) => {
  beforeEach(() => open(name), BOOT_MS);

  it(
    'five minutes apart take each message once, while its lease lasts',
    async () => {
      const timeoutMs = 30_000; // the answers come when both have taken their share
      const ahead = await cluster.start({ skewMs: MINUTES_APART_MS, timeoutMs });
      await ahead.subscribe(receiver.url);
      const behind = await cluster.start({ skewMs: -MINUTES_APART_MS, timeoutMs });
      const clocks = [await ahead.clocks(), await behind.clocks()] as const;
      expect(clocks[0].machine - clocks[1].machine).toBeGreaterThan(MINUTES_APART_MS);
      expect(Math.abs(clocks[0].plugin - clocks[1].plugin)).toBeLessThan(5_000);

      // More than one may have in flight at once: the other one takes the rest.
      let answer: () => void = () => undefined;
      const answers = new Promise<void>((resolve) => (answer = resolve));
      receiver.respondWith(() => ({ hold: answers }));
      await ahead.publish(10);
      await receiver.waitFor(10, PATIENCE_MS);
      // A claim of each, while all of those are being sent.
      await ahead.publish(3);
      await receiver.waitFor(13, PATIENCE_MS);
      answer();
      await ahead.publish(100);
      const requests = await receiver.waitFor((all) => distinct(all) === 113, PATIENCE_MS);
      expect(requests).toHaveLength(113);
    },
    BOOT_MS
  );

  it(
    "a killed replica's messages go out from another one when its lease ends, none is lost",
    async () => {
      const COUNT = 5;
      const doomed = await cluster.start({ dispatcher: { leaseMs: 3_000 } });
      await doomed.subscribe(receiver.url);
      receiver.respondWith(() => ({ hold: new Promise(() => undefined) }));
      await doomed.publish(COUNT);
      await receiver.waitFor(COUNT, PATIENCE_MS);
      receiver.respondWith(() => 200);
      await doomed.kill();

      const heir = await cluster.start({ dispatcher: { leaseMs: 3_000 } });
      const requests = await receiver.waitFor(2 * COUNT, PATIENCE_MS);
      expect(distinct(requests)).toBe(COUNT);
      await heir.stop();
    },
    BOOT_MS
  );

  it(
    'a replica that is stopped hands its claims back at once, long before their lease ends',
    async () => {
      const COUNT = 5;
      const dispatcher = { leaseMs: LEASE_MS, drainMs: 100 };
      const leaving = await cluster.start({ dispatcher, timeoutMs: 30_000 });
      await leaving.subscribe(receiver.url);
      receiver.respondWith(() => ({ hold: new Promise(() => undefined) }));
      await leaving.publish(COUNT);
      await receiver.waitFor(COUNT, PATIENCE_MS);
      const staying = await cluster.start({ dispatcher, timeoutMs: 30_000 });
      receiver.respondWith(() => 200);
      await leaving.stop();
      const stoppedAt = performance.now();
      const requests = await receiver.waitFor(2 * COUNT, LEASE_MS / 2);
      expect(performance.now() - stoppedAt).toBeLessThan(LEASE_MS / 2);
      expect(distinct(requests)).toBe(COUNT);
      expect(Number((await staying.states()).dead)).toBe(0);
    },
    BOOT_MS
  );

  it(
    'a node that slept beyond its lease cannot settle what another one has sent meanwhile',
    async () => {
      const COUNT = 5;
      const dispatcher = { leaseMs: 3_000 };
      const sleeper = await cluster.start({ dispatcher });
      await sleeper.subscribe(receiver.url, {
        retryPolicy: { kind: 'list', delaysMs: [100, 100] },
      });
      receiver.respondWith(() => ({ hold: new Promise(() => undefined) }));
      await sleeper.publish(COUNT);
      await receiver.waitFor(COUNT, PATIENCE_MS);
      sleeper.freeze();
      receiver.respondWith(() => 200);
      const awake = await cluster.start({ dispatcher });
      await receiver.waitFor(2 * COUNT, PATIENCE_MS);
      await until(async () => (await awake.states()).delivered === COUNT);

      // Its requests have timed out: unfenced, that would put the messages up for a retry.
      sleeper.proceed();
      await until(async () => (await sleeper.inFlight()) === 0);
      await sleeper.stop();
      expect(await awake.states()).toMatchObject({ delivered: COUNT, pending: 0, active: 0 });
      expect(await awake.attempts()).toEqual(Array<number>(COUNT).fill(1));
      expect(receiver.requests).toHaveLength(2 * COUNT);
    },
    BOOT_MS
  );
});

/** What the database has no part in. */
describeOne('replicas (%s)', (name) => {
  beforeEach(() => open(name), BOOT_MS);

  it(
    'a web-only node leaves the sending to a worker, which does not wait for its clock to catch up',
    async () => {
      const web = await cluster.start({
        dispatcher: { enabled: false },
        skewMs: MINUTES_APART_MS,
      });
      await web.subscribe(receiver.url);
      await web.publish(5);
      expect(await web.states()).toMatchObject({ pending: 5, active: 0, delivered: 0 });
      expect(receiver.requests).toHaveLength(0);
      await cluster.start({ skewMs: -MINUTES_APART_MS });
      await receiver.waitFor(5, PATIENCE_MS);
    },
    BOOT_MS
  );

  it(
    'a change of an endpoint is seen within a second by the other nodes, which were told nothing',
    async () => {
      const web = await cluster.start({ dispatcher: { enabled: false } });
      const id = await web.subscribe(receiver.url);
      const worker = await cluster.start();
      const tookMs: number[] = [];
      for (let change = 0; change < CHANGES; change += 1) {
        // Nodes look at each full second: the changes come at all distances from it.
        const phaseMs = (change * 1_000) / CHANGES;
        await until(async () => Math.abs((Date.now() % 1_000) - phaseMs) < 50);
        const isPause = change % 2 === 0;
        await (isPause ? web.pause(id) : web.resume(id));
        const wanted = isPause ? 'paused' : 'active';
        tookMs.push(await until(async () => (await worker.endpointState(id)) === wanted));
      }
      tookMs.sort((a, b) => a - b);
      const [middle = Infinity, most = Infinity] = [tookMs[CHANGES / 2], tookMs.at(-1)];
      process.stdout.write(`seen after ${Math.round(middle)} ms, ${Math.round(most)} at most\n`);
      expect(middle).toBeLessThan(1_000);
      // A second, and what a busy machine adds to it.
      expect(most).toBeLessThan(SEEN_WITHIN_MS);

      await web.publish(3);
      await receiver.waitFor(3, PATIENCE_MS);
    },
    BOOT_MS
  );

  it(
    "an endpoint's own limit is divided among the nodes that deliver",
    async () => {
      const LIMIT = 3;
      const COUNT = 60;
      const first = await cluster.start();
      await first.subscribe(receiver.url, { maxParallel: LIMIT });
      await cluster.start({ dispatcher: { enabled: false } });
      const second = await cluster.start();
      await second.beat();
      await first.beat();
      let atOnce = 0;
      let most = 0;
      let release: () => void = () => undefined;
      const bothFull = new Promise<void>((resolve) => (release = resolve));
      receiver.respondWith(() => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        if (atOnce === LIMIT) release();
        return { hold: bothFull.then(() => void (atOnce -= 1)) };
      });
      await first.publish(COUNT);
      const requests = await receiver.waitFor(COUNT, PATIENCE_MS);
      expect(distinct(requests)).toBe(COUNT);
      expect(most).toBe(LIMIT);
    },
    BOOT_MS
  );

  it.each([-3_600_000, 3_600_000])(
    "retries go on when the machine's clock is set by %i ms while they wait",
    async (jumpMs) => {
      const node = await cluster.start();
      await node.subscribe(receiver.url, {
        retryPolicy: { kind: 'list', delaysMs: [200, 200, 200, 200] },
      });
      receiver.script([500, 500, 500, 500]);
      await node.publish(1);
      await receiver.waitFor(1, PATIENCE_MS);
      await node.setClock(jumpMs);
      const requests = await receiver.waitFor(5, PATIENCE_MS);
      expect(distinct(requests)).toBe(1);
      await until(async () => (await node.states()).delivered === 1);
    },
    BOOT_MS
  );
});

/** @returns how long it took, ms. */
async function until(isSo: () => Promise<boolean>): Promise<number> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > PATIENCE_MS)
      throw new Error('not so, and no patience left');
    await new Promise((passed) => setTimeout(passed, 20));
  }
  return performance.now() - startedAt;
}
