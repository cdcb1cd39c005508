/** The queue on each database under test (`DB`, `TEST_POSTGRES_URL`, `TEST_MYSQL_URL`). */
import { databasesUnderTest } from '../support/databases';
import { useScratch, type Scratch } from './scratch';
import { describeQueue, type QueueUnderTest, type Seen } from './store';

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    describeQueue('queue', (): QueueUnderTest => {
      const { store } = scratch();
      return { store, see: (messageId) => seenInStore(store, messageId) };
    });
  });
}

async function seenInStore(store: Scratch['store'], messageId: string): Promise<Seen | null> {
  const row = await store.findMessage(messageId);
  if (row === null) return null;
  const { id, state, notBefore, retried, finishedAt, dlqId } = row;
  const log = await store.listAttempts(id);
  expect(row.attempts).toBe(log.length);
  return {
    state,
    notBefore,
    retried,
    finishedAt,
    dlqId,
    attempts: log.map(({ number }) => number),
  };
}
