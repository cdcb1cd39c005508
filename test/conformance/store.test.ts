/** The queue in memory and on each database under test (`DB`, `TEST_POSTGRES_URL`, `TEST_MYSQL_URL`). */
import { databasesUnderTest } from '../support/databases';
import { createMemoryStore, type MemoryStore } from '../support/memory-store';
import { useScratch, type Scratch } from './scratch';
import { describeQueue, type QueueUnderTest, type Seen } from './store';

describe('memory', () => {
  describeQueue('queue', () => {
    const store = createMemoryStore();
    return { store, see: async (messageId) => seenInMemory(store, messageId) };
  });
});

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    describeQueue('queue', (): QueueUnderTest => {
      const { store } = scratch();
      return { store, see: (messageId) => seenInStore(store, messageId) };
    });
  });
}

function seenInMemory(store: MemoryStore, messageId: string): Seen | null {
  const row = store.find(messageId);
  if (row === undefined) return null;
  const { state, notBefore, retried, finishedAt, dlqId, attempts, dueAt } = row;
  return {
    state,
    notBefore: dueAt === null ? null : notBefore,
    retried,
    finishedAt,
    dlqId,
    attempts: attempts.map(({ number }) => number),
  };
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
