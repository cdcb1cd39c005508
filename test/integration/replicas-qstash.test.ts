/**
 * Order, limits and schedules of the QStash API with two nodes on one database, called with the official
 * SDK.
 */
import { Client } from '@upstash/qstash';

import { databasesUnderTest } from '../support/databases';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import {
  createCluster,
  type Cluster,
  type Replica,
  type ReplicaOptions,
} from '../support/replicas';

const BOOT_MS = 180_000;
const PATIENCE_MS = 60_000;
const DAY_S = 86_400;
const DAY_MS = DAY_S * 1_000;

interface Node {
  replica: Replica;
  client: Client;
}

const idOf = ({ headers }: Received): string => String(headers['upstash-message-id']);
const pathsOf = (requests: readonly Received[]): string[] => requests.map(({ path }) => path);

// One server's database is enough for what is between processes; `queues` and `flow-control` have them all.
const describePostgres = databasesUnderTest().includes('postgres') ? describe : describe.skip;

describePostgres('replicas', () => {
  let cluster: Cluster;
  let receiver: Receiver;

  beforeAll(async () => {
    cluster = await createCluster('postgres');
  }, BOOT_MS);
  beforeEach(async () => {
    receiver = await createReceiver();
  });
  afterEach(() => receiver.close());
  afterAll(() => cluster.close(), BOOT_MS);

  async function start(options: ReplicaOptions = {}): Promise<Node> {
    const replica = await cluster.start({ ...options, dispatcher: { leaseMs: 3_000 } });
    const { url: baseUrl, token } = await replica.api();
    return { replica, client: new Client({ baseUrl, token, devMode: false, retry: false }) };
  }

  describe('two nodes', () => {
    let nodes: [Node, Node];

    beforeAll(async () => {
      nodes = [await start({ userAgent: 'replica/0' }), await start({ userAgent: 'replica/1' })];
    }, BOOT_MS);

    const nodeOf = ({ headers }: Received): number =>
      Number(/\d$/.exec(headers['user-agent'] as string));
    const seconds = async (): Promise<void> => {
      for (const { replica } of [...nodes, ...nodes]) await replica.second();
    };

    /** To either in turn, one after the other: this is the order. */
    async function enqueue(queueName: string, count: number): Promise<string[]> {
      const paths = Array.from({ length: count }, (_, n) => `/${queueName}/${n}`);
      for (const [n, path] of paths.entries()) {
        const queue = nodes[n % 2 === 0 ? 0 : 1].client.queue({ queueName });
        await queue.enqueueJSON({ url: receiver.url + path, body: { n } });
      }
      return paths;
    }

    async function publish(count: number, options: object): Promise<void> {
      await Promise.all(
        Array.from({ length: count }, (_, n) =>
          nodes[n % 2 === 0 ? 0 : 1].client.publishJSON({
            url: `${receiver.url}/${n}`,
            body: { n },
            ...options,
          })
        )
      );
    }

    it('keep the order of a queue, whichever node received the message', async () => {
      let [inFlight, most] = [0, 0];
      receiver.respondWith(async () => {
        most = Math.max(most, (inFlight += 1));
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
        return 200;
      });
      const wanted = await enqueue('order', 20);
      expect(pathsOf(await receiver.waitFor(20, PATIENCE_MS))).toEqual(wanted);
      expect(most).toBe(1);
    });

    it('pause and resume a queue for each other', async () => {
      const [one, other] = nodes;
      await one.client.queue({ queueName: 'paused' }).upsert({ parallelism: 1, paused: true });
      const wanted = await enqueue('paused', 4);
      await seconds();
      expect(receiver.requests).toHaveLength(0);
      const queue = other.client.queue({ queueName: 'paused' });
      expect(await queue.get()).toMatchObject({ lag: 4, paused: true });
      await queue.resume();
      expect(pathsOf(await receiver.waitFor(4, PATIENCE_MS))).toEqual(wanted);
    });

    it('share the parallelism of a key', async () => {
      const COUNT = 30;
      const AT_ONCE = 3;
      let most = 0;
      let served = 0;
      const open: (() => void)[] = [];
      receiver.respondWith(() => {
        const hold = new Promise<void>((answer) => open.push(answer));
        most = Math.max(most, open.length);
        served += 1;
        // As many as may be are kept waiting: one more would be one too many.
        while (open.length >= AT_ONCE || (served === COUNT && open.length > 0)) open.shift()?.();
        return { hold };
      });
      await publish(COUNT, { flowControl: { key: 'parallel', parallelism: AT_ONCE } });
      await receiver.waitFor(COUNT, PATIENCE_MS);
      expect(most).toBe(AT_ONCE);
      await seconds();
      expect(receiver.requests).toHaveLength(COUNT);
      expect(new Set(receiver.requests.map(idOf)).size).toBe(COUNT);
    });

    it('share the rate of a key, until either resets it', async () => {
      const [one, other] = nodes;
      await publish(12, { flowControl: { key: 'rate', rate: 5, period: DAY_S } });
      await receiver.waitFor(5, PATIENCE_MS);
      await seconds();
      expect(receiver.requests).toHaveLength(5);
      expect(await one.client.flowControl.get('rate')).toMatchObject({
        waitListSize: 7,
        rateMax: 5,
        rateCount: 5,
        ratePeriod: DAY_S,
      });
      await other.client.flowControl.resetRate('rate');
      await receiver.waitFor(10, PATIENCE_MS);
      await seconds();
      expect(receiver.requests).toHaveLength(10);
      await one.client.flowControl.resetRate('rate');
      await receiver.waitFor(12, PATIENCE_MS);
    });

    // The last one: it leaves one of them dead.
    it(
      'a queue continues in order after the sending node is killed',
      async () => {
        receiver.respondWith(() => ({ hold: new Promise(() => undefined) }));
        const wanted = await enqueue('killed', 5);
        const [first] = await receiver.waitFor(1, PATIENCE_MS);
        if (first === undefined) throw new Error('nothing came');
        receiver.respondWith(() => 200);
        await nodes[nodeOf(first)]?.replica.kill();
        const requests = await receiver.waitFor(wanted.length + 1, PATIENCE_MS);
        expect(pathsOf(requests)).toEqual([wanted[0], ...wanted]);
        expect(requests[1] && idOf(requests[1])).toBe(idOf(first));
        expect(requests.slice(1).map(nodeOf)).not.toContain(nodeOf(first));
        await Promise.all(nodes.map(({ replica }) => replica.kill()));
      },
      BOOT_MS
    );
  });

  it(
    'a schedule survives its node: missed runs are made up for once, paused ones are not',
    async () => {
      const monthly = '0 0 1 * *';
      const maker = await start();
      const create = (scheduleId: string) =>
        maker.client.schedules.create({
          scheduleId,
          destination: `${receiver.url}/${scheduleId}`,
          cron: monthly,
          body: scheduleId,
        });
      for (const scheduleId of ['missed', 'paused']) await create(scheduleId);
      await maker.client.schedules.pause({ schedule: 'paused' });
      const { nextScheduleTime = 0 } = await maker.client.schedules.get('missed');
      expect(nextScheduleTime).toBeGreaterThan(Date.now());
      await maker.replica.second();
      expect(receiver.requests).toHaveLength(0);
      await maker.replica.stop();

      // Months later, two nodes start, and each looks.
      const aheadMs = nextScheduleTime - Date.now() + 100 * DAY_MS;
      const heirs = [await start({ aheadMs }), await start({ aheadMs })];
      await Promise.all(heirs.map(({ replica }) => replica.second()));
      const [request] = await receiver.waitFor(1, PATIENCE_MS);
      for (const { replica } of [...heirs, ...heirs]) await replica.second();
      expect(pathsOf(receiver.requests)).toEqual(['/missed']);
      expect(request?.headers['upstash-schedule-id']).toBe('missed');

      const [heir] = heirs;
      if (heir === undefined || request === undefined) throw new Error('there is no heir');
      expect(await heir.client.schedules.get('missed')).toMatchObject({
        lastScheduleStates: { [idOf(request)]: 'SUCCESS' },
      });
      const { nextScheduleTime: following = 0 } = await heir.client.schedules.get('missed');
      expect(following).toBeGreaterThan(Date.now() + aheadMs);

      // Resumed, it goes on with its next tick; those it slept through are gone.
      expect(await heir.client.schedules.get('paused')).toMatchObject({ isPaused: true });
      await heir.client.schedules.resume({ schedule: 'paused' });
      await heir.replica.second();
      expect(receiver.requests).toHaveLength(1);
      expect(await heir.client.schedules.get('paused')).toMatchObject({
        isPaused: false,
        nextScheduleTime: following,
      });
    },
    BOOT_MS
  );
});
