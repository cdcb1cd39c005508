/**
 * A Strapi that is killed with SIGKILL while it sends existing entries, and while it sends what differs: the next
 * one goes on, and the receiver's copy ends equal to the database, byte for byte.
 */
import type { KillPoint } from '../chaos/protocol';
import { startCopyReceiver, type CopyReceiver } from '../support/copy-receiver';
import { createCluster, type Cluster, type Replica } from '../support/replicas';
import { describeEachDatabase } from '../support/strapi';

const TEST_MS = 180_000;
/** Several steps of a job. */
const AUTHORS = 130;
/** More than a request may take, and little to wait for. */
const LEASE_MS = 3_000;
const RETRY = { kind: 'list', delaysMs: Array.from({ length: 20 }, () => 500) } as const;

type Death = [point: KillPoint, occurrence: number];

describeEachDatabase('jobs of a killed Strapi', (database) => {
  let cluster: Cluster;
  let copy: CopyReceiver;
  let node: Replica;
  let endpointId: number;

  const boot = async (): Promise<void> => {
    node = await cluster.start({ dispatcher: { leaseMs: LEASE_MS } });
  };

  beforeAll(async () => {
    cluster = await createCluster(database);
    copy = await startCopyReceiver();
    await boot();
    await node.createAuthors(AUTHORS);
    endpointId = await node.subscribe(copy.url, { ledger: true, retryPolicy: RETRY });
  }, TEST_MS);
  afterAll(async () => {
    await cluster?.close();
    await copy?.stop();
  });

  async function finished() {
    for (;;) {
      await node.second();
      const job = await node.lastJob();
      const { pending = 0, active = 0 } = await node.states();
      if (job.state !== 'running' && pending + active === 0) return job;
    }
  }

  async function expectSame(): Promise<void> {
    const compared = await node.compared(endpointId, copy.rows());
    expect(compared.copy).toEqual(compared.database);
    expect(compared.hashes.copy).toEqual(compared.hashes.ledger);
    await node.heal(endpointId);
    const { findings } = await finished();
    expect(findings?.counts).toEqual({ missing: 0, outdated: 0, orphaned: 0 });
  }

  /** Begins a job, and kills the process that runs it, and the next one. */
  async function killTwice(begin: () => Promise<void>, first: Death, second: Death): Promise<void> {
    await node.dieAt(...first, copy.url);
    await begin().catch(() => undefined); // it may be dead before it answers
    await node.dead;
    await boot();
    expect(await node.lastJob()).toMatchObject({ state: 'running' });
    await node.dieAt(...second, copy.url);
    await node.dead;
    await boot();
  }

  it(
    'end with what is there, in the middle of a backfill',
    async () => {
      await killTwice(
        () => node.backfill(endpointId),
        ['during-job-step', 3],
        ['after-response', 4]
      );
      expect(await finished()).toMatchObject({ state: 'finished', done: AUTHORS });
      await expectSame();
    },
    TEST_MS
  );

  it(
    'end with what is there, in the middle of healing',
    async () => {
      await node.sql("update authors set name = 'Changed' where id % 2 = 0");
      await node.sql('delete from authors where id % 10 = 1');
      await killTwice(
        () => node.heal(endpointId),
        ['between-replay-steps', 3],
        ['during-settle', 1]
      );
      const { findings } = await finished();
      const counts = { missing: 0, outdated: AUTHORS / 2, orphaned: AUTHORS / 10 };
      expect(findings?.counts).toEqual(counts);
      await expectSame();
    },
    TEST_MS
  );
});
