/**
 * Nodes that fold batches, killed while they do: each event is in exactly one batch. On PostgreSQL; what
 * folds is one transaction on each database, and `delivery-modes` runs on all of them.
 */
import { databasesUnderTest } from '../support/databases';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import { createCluster, type Cluster, type Replica } from '../support/replicas';

const BOOT_MS = 180_000;
const PATIENCE_MS = 60_000;
const AUTHORS = 120;
const MAX_EVENTS = 3;
const KILLS = 2;
/** More than a request may take, and little to wait for. */
const LEASE_MS = 3_000;

interface Batch {
  events: { entry: { documentId: string } }[];
  count: number;
}

/** Batches by message: one that was sent twice counts once. */
const batchesIn = (requests: readonly Received[]): Batch[] => {
  const byMessage = new Map(requests.map((request) => [request.headers['webhook-id'], request]));
  return [...byMessage.values()].map(({ body }) => JSON.parse(body.toString()) as Batch);
};

const documentsIn = (requests: readonly Received[]): string[] =>
  batchesIn(requests).flatMap(({ events }) => events.map(({ entry }) => entry.documentId));

const describeIf = databasesUnderTest().includes('postgres') ? describe : describe.skip;

describeIf('batches of killed nodes', () => {
  let cluster: Cluster;
  let receiver: Receiver;

  beforeAll(async () => {
    cluster = await createCluster('postgres');
    receiver = await createReceiver();
  }, BOOT_MS);
  afterAll(async () => {
    await cluster?.close();
    await receiver?.close();
  }, BOOT_MS);

  const start = (): Promise<Replica> => cluster.start({ dispatcher: { leaseMs: LEASE_MS } });

  it(
    'hold each event once',
    async () => {
      const writer = await cluster.start({ dispatcher: { enabled: false } });
      await writer.subscribe(receiver.url, {
        delivery: {
          mode: 'batch',
          by: 'quiet-time',
          quietMs: 1_000,
          maxWaitMs: 2_000,
          maxEvents: MAX_EVENTS,
        },
      });
      const created = await writer.createAuthors(AUTHORS);
      let folding = await start();
      const beside = await start();
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await receiver.waitFor(kill * 5, PATIENCE_MS);
        await folding.kill();
        folding = await start();
      }
      const all = (requests: readonly Received[]): boolean =>
        new Set(documentsIn(requests)).size === AUTHORS;
      const requests = await receiver.waitFor(all, PATIENCE_MS);

      expect(documentsIn(requests).sort()).toEqual([...created].sort());
      for (const { events, count } of batchesIn(requests)) {
        expect(events).toHaveLength(count);
        expect(count).toBeLessThanOrEqual(MAX_EVENTS);
      }
      await Promise.all([folding.stop(), beside.stop(), writer.stop()]);
    },
    BOOT_MS
  );
});
