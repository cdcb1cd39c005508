/** Several nodes on one database: who gets what, and who waits for whom. */
import { AsyncResource } from 'node:async_hooks';

import { databasesUnderTest } from '../support/databases';
import {
  NO_MESSAGES,
  claim,
  dead,
  delivered,
  endpoint,
  event,
  message,
  NOW,
  retry,
} from './factories';
import { useScratch } from './scratch';

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    /** Runs work where it would be if no transaction had been opened around it. */
    const root = new AsyncResource('outside');
    const outside = <T>(work: () => Promise<T>): Promise<T> => root.runInAsyncScope(work);
    const insert = (count: number, endpointId = 1) =>
      store().insert(
        [
          {
            event: event(),
            messages: Array.from({ length: count }, () => message({ endpointId })),
          },
        ],
        NOW
      );

    it('no message is handed to two claimers, and none is left behind', async () => {
      await insert(300);
      const nodes = Array.from({ length: 6 }, () => scratch().otherNode());
      const claims = await Promise.all(
        nodes.flatMap((node) => [
          node.claim(claim({ limit: 25, token: 'one' })),
          node.claim(claim({ limit: 25, token: 'two' })),
        ])
      );
      const ids = claims.flat().map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const rest = await store().claim(claim({ limit: 1_000 }));
      expect(new Set([...ids, ...rest.map(({ id }) => id)]).size).toBe(300);
      expect(ids.length + rest.length).toBe(300);
    });

    it('a claim that meets another one continues after it', async () => {
      await insert(200);
      const [a, b] = await Promise.all(
        [store(), scratch().otherNode()].map((node) => node.claim(claim({ limit: 50 })))
      );
      expect([a?.length, b?.length]).toEqual([50, 50]);
    });

    it('overlapping groups all settle', async () => {
      const id = await store().createEndpoint(endpoint());
      await insert(40, id);
      const claimed = await store().claim(claim({ limit: 40 }));
      const [{ ours: first }, { ours: second }] = await Promise.all([
        store().settle(claimed.map((one) => delivered(one))),
        scratch()
          .otherNode()
          .settle([...claimed].reverse().map((one) => dead(one))),
        scratch()
          .otherNode()
          .cancel(claimed.map(({ id: row }) => row).reverse(), NOW),
      ]);
      expect(first.size + second.size).toBe(40);
      for (const { id: row, messageId } of claimed) {
        const found = await store().findMessage(messageId);
        expect(found?.attempts).toBe(1);
        expect(first.has(row) !== second.has(row)).toBe(true);
      }
    });

    it('one of many publishers gets the key', async () => {
      const ask = (messageId: string) =>
        scratch()
          .otherNode()
          .claimDeduplicationKey({ key: 'k', messageId, now: NOW, expiresAt: NOW + 1 });
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => ask(`msg_${index}`))
      );
      const winner = answers.findIndex((answer) => answer === null);
      expect(answers.filter((answer) => answer === null)).toHaveLength(1);
      expect(new Set(answers.filter((answer) => answer !== null))).toEqual(
        new Set([`msg_${winner}`])
      );
    });

    it('one of two nodes works on a job', async () => {
      await insert(3);
      await store().createJob({ kind: 'cancel', filter: {}, upTo: 9_999, total: 3, now: NOW });
      const step = { now: NOW, limit: 1, leaseMs: 1_000, ...NO_MESSAGES };
      const steps = await Promise.all(
        ['a', 'b', 'c'].map((token) =>
          scratch()
            .otherNode()
            .stepJob({ ...step, token })
        )
      );
      expect(steps.filter((job) => job !== null)).toHaveLength(1);
    });

    if (kind === 'mysql') {
      it('without SKIP LOCKED each message is still claimed once, and the log says that it is slower', async () => {
        await insert(200);
        const nodes = Array.from({ length: 4 }, () => scratch().nodeWithoutSkipLocked());
        const claims = await Promise.all(nodes.map((node) => node.claim(claim({ limit: 30 }))));
        const rest = await store().claim(claim({ limit: 1_000 }));
        const ids = [...claims.flat(), ...rest].map(({ id }) => id);
        expect(new Set(ids).size).toBe(200);
        expect(ids).toHaveLength(200);
        const warnings = scratch().log.filter(({ message }) => message.includes('no SKIP LOCKED'));
        expect(warnings.map(({ level }) => level)).toEqual(nodes.map(() => 'warn'));
      });
    }

    // SQLite has one writer: while a transaction is open in this process, everybody waits for it.
    if (kind !== 'sqlite') {
      it('a claim passes by what another transaction holds, without waiting', async () => {
        const ids = (await insert(30)).map(({ id }) => id);
        const held = ids.slice(0, 12);
        const { tableName } = scratch().db.metadata.get('plugin::guaranteed-webhooks.outbox');
        const schema = scratch().db.getSchemaName();
        const trx = await scratch().db.connection.transaction();
        try {
          // One by one: from a small table MySQL reads, and locks, all of it to find a dozen.
          for (const id of held) {
            const row = trx(tableName).where({ id }).forUpdate();
            await (schema ? row.withSchema(schema) : row);
          }
          // Its first choice is held; it chooses again.
          const few = { default: 5, lanes: new Map<string, number>() };
          const five = await store().claim(claim({ limit: 10, budget: few }));
          expect(five.map(({ id }) => id)).toEqual(ids.slice(12, 17));
          const claimed = await store().claim(claim({ limit: 10 }));
          expect(claimed.map(({ id }) => id)).toEqual(ids.slice(17, 27));
        } finally {
          await trx.rollback();
        }
        expect(await store().claim(claim({ limit: 30 }))).toHaveLength(15);
      });

      it('a claim does not block inserts', async () => {
        await insert(20);
        await scratch().db.transaction(async () => {
          expect(await store().claim(claim())).toHaveLength(10);
          // On another connection, outside this transaction: it must not wait for our commit.
          await outside(() => insert(5));
        });
        expect(await store().countMatching({})).toBe(25);
      });

      it('inserts block neither a claim nor a settlement', async () => {
        await insert(10);
        await scratch().db.transaction(async () => {
          await insert(5);
          await outside(async () => {
            const claimed = await store().claim(claim({ limit: 20 }));
            expect(claimed).toHaveLength(10);
            const { ours } = await store().settle(claimed.map((one) => delivered(one)));
            expect(ours.size).toBe(10);
          });
        });
        expect(await store().claim(claim({ limit: 20 }))).toHaveLength(5);
      });

      it('retention does not block inserts', async () => {
        await insert(20);
        const old = await store().claim(claim({ limit: 20 }));
        await store().settle(old.map((one) => dead(one)));
        const later = NOW + 1_000_000;
        const purge = { deliveredBefore: later, deadBefore: later, now: later, limit: 100 };
        await scratch().db.transaction(async () => {
          expect(await store().purge(purge)).toBe(20);
          await outside(() => insert(5));
        });
        expect(await store().countMatching({})).toBe(5);
      });

      it.each([
        ['a cancellation', (ids: number[]) => store().cancel(ids, NOW)],
        ['a replay', (ids: number[]) => store().replay(ids, NOW)],
      ])('%s does not hold up who inserts', async (name, work) => {
        const ids = (await insert(20)).map(({ id }) => id);
        if (name === 'a replay') await store().cancel(ids, NOW);
        await scratch().db.transaction(async () => {
          expect(await work(ids)).toBe(20);
          await outside(() => insert(5));
        });
        expect(await store().countMatching({})).toBe(25);
      });

      it('a replay and a retry of one message do not both win', async () => {
        await insert(1);
        const [claimed] = await store().claim(claim());
        await store().cancel([claimed!.id], NOW);
        const [replayed, { ours }] = await Promise.all([
          scratch().otherNode().replay([claimed!.id], NOW),
          store().settle([retry(claimed!, NOW + 5)]),
        ]);
        expect(replayed).toBe(1);
        const found = await store().findMessage(claimed!.messageId);
        expect(found).toMatchObject({ state: 'pending', attempts: ours.size, notBefore: NOW });
      });
    }
  });
}
