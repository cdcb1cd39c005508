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

const idOf = ({ headers }: Received): string => String(headers['webhook-id']);
const distinct = (requests: readonly Received[]): number => new Set(requests.map(idOf)).size;

const servers = databasesUnderTest().filter((kind) => kind !== 'sqlite');
const describeServers = servers.length > 0 ? describe.each(servers) : describe.skip.each(['none']);

describeServers('replicas (%s)', (name) => {
  let cluster: Cluster;
  let receiver: Receiver;

  beforeEach(async () => {
    cluster = await createCluster(name as (typeof servers)[number]);
    receiver = await createReceiver();
  }, BOOT_MS);
  afterEach(async () => {
    await cluster?.close();
    await receiver?.close();
  }, BOOT_MS);

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
      await ahead.publish(40);
      await receiver.waitFor(40, PATIENCE_MS);
      // A claim of each, while all of those are being sent.
      await ahead.publish(5);
      await receiver.waitFor(45, PATIENCE_MS);
      answer();
      await ahead.publish(100);
      const requests = await receiver.waitFor((all) => distinct(all) === 145, PATIENCE_MS);
      expect(requests).toHaveLength(145);
    },
    BOOT_MS
  );

  it(
    "a killed replica's messages go out from another one when its lease ends, none is lost",
    async () => {
      const COUNT = 20;
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
      const COUNT = 10;
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
});
