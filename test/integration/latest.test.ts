/**
 * Modes `latest` and `every` side by side: a receiver that fails at random, two writers, and processes
 * that are killed. On SQLite, which is for one process, the one that writes is killed.
 */
import { databasesUnderTest } from '../support/databases';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import { createCluster, type Cluster, type Replica } from '../support/replicas';

const BOOT_MS = 240_000;
const PATIENCE_MS = 120_000;
const DOCUMENTS = 200;
const CHANGES = 200;
const FAILING = 1 / 3;

interface Copy {
  /** Name by document id, as far as the receiver knows. */
  names: Record<string, string>;
  /** Message ids by document, in the order in which they were accepted. */
  accepted: Map<string, string[]>;
}

const emptyCopy = (): Copy => ({ names: {}, accepted: new Map() });

/** A receiver of copies, by path. Accepts two of three requests. */
function keepCopies(receiver: Receiver, copies: Record<string, Copy>): void {
  receiver.respondWith(({ path, body, headers }: Received) => {
    if (Math.random() < FAILING) return 500;
    const copy = copies[path];
    const { entry } = JSON.parse(body.toString()) as {
      entry: { documentId: string; name: string };
    };
    if (copy === undefined) return 404;
    copy.names[entry.documentId] = entry.name;
    const messages = copy.accepted.get(entry.documentId) ?? [];
    copy.accepted.set(entry.documentId, [...messages, String(headers['webhook-id'])]);
    return 200;
  });
}

/** Messages accepted after a newer one about the same document. */
function overtaken({ accepted }: Copy, order: readonly string[]): number {
  const places = new Map(order.map((id, place) => [id, place]));
  return [...accepted.values()].reduce((sum, ids) => {
    let newest = -1;
    return (
      sum +
      ids.filter((id) => {
        const place = places.get(id) ?? 0;
        const isLate = place < newest;
        newest = Math.max(newest, place);
        return isLate;
      }).length
    );
  }, 0);
}

describe.each(databasesUnderTest())('modes of delivery (%s)', (kind) => {
  let cluster: Cluster;
  let receiver: Receiver;

  beforeAll(async () => {
    cluster = await createCluster(kind);
    receiver = await createReceiver();
  }, BOOT_MS);
  afterAll(async () => {
    await cluster?.close();
    await receiver?.close();
  }, BOOT_MS);

  // Never suspended: of the first twenty attempts, half can fail by chance.
  const health = { minAttempts: 1_000_000 };
  const start = (): Promise<Replica> => cluster.start({ dispatcher: { leaseMs: 3_000 }, health });

  it(
    'latest ends with the state of the database and never goes back; every overtakes itself',
    async () => {
      const copies = { '/latest': emptyCopy(), '/every': emptyCopy() };
      keepCopies(receiver, copies);
      let first = await start();
      const others = kind === 'sqlite' ? [] : [await start(), await start()];
      const retryPolicy = { kind: 'list', delaysMs: Array<number>(30).fill(150) } as const;
      await first.subscribe(`${receiver.url}/latest`, {
        retryPolicy,
        delivery: { mode: 'latest' },
      });
      await first.subscribe(`${receiver.url}/every`, { retryPolicy });
      const documents = await first.createAuthors(DOCUMENTS);
      const backwards = [...documents].reverse();

      const killed = others[1] ?? first;
      const writers = [
        first.changeAuthors(documents, CHANGES),
        (others[0] ?? first).changeAuthors(backwards, CHANGES),
      ].map((writing) => writing.catch(() => undefined));
      await receiver.waitFor((all) => all.length > DOCUMENTS, PATIENCE_MS);
      await killed.kill();
      const heir = await start();
      if (kind === 'sqlite') first = heir;
      await Promise.all(writers);
      await heir.changeAuthors(documents, DOCUMENTS / 2);

      await until(async () => {
        const { pending, active } = await first.states();
        return pending === 0 && active === 0;
      });
      const truth = await first.authors();
      const order = await first.messageIds();
      const { dead, canceled } = await first.states();
      expect(dead).toBe(0);
      expect(canceled).toBeGreaterThan(0);
      expect(copies['/latest'].names).toEqual(truth);
      expect(overtaken(copies['/latest'], order)).toBe(0);
      expect(overtaken(copies['/every'], order)).toBeGreaterThan(0);
    },
    BOOT_MS
  );
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > PATIENCE_MS) {
      throw new Error('not so, and no patience left');
    }
    await new Promise((passed) => setTimeout(passed, 50));
  }
}
