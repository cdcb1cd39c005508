/** Endpoints in mode `batch`, as each database keeps them. */
import {
  batchKeyOf,
  batchLane,
  type BatchRule,
  type DeliveryMode,
} from '../../server/src/core/gates/delivery-mode';
import type { ClaimedMessage } from '../../server/src/core/message/message';
import { databasesUnderTest } from '../support/databases';
import { claim, delivered, endpoint, event, message, NOW, unique } from './factories';
import { useScratch } from './scratch';

const QUIET: BatchRule = { by: 'quiet-time', quietMs: 1_000, maxWaitMs: 5_000, maxEvents: 4 };
const BY_TRANSACTION: BatchRule = { by: 'transaction', maxEvents: 3 };

for (const kind of databasesUnderTest()) {
  describe(`mode batch on ${kind}`, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    const makeEndpoint = (rule: BatchRule): Promise<number> => {
      const delivery: DeliveryMode = { mode: 'batch', ...rule };
      return store().createEndpoint(endpoint({ delivery }));
    };

    async function change(endpointId: number, at = NOW, transaction = '') {
      const documentId = unique('d');
      const changed = event({
        entryDocumentId: documentId,
        body: { text: `{"id":"${documentId}"}`, encoding: 'utf8' },
      });
      const waiting = message({
        endpointId,
        lane: batchLane(endpointId),
        orderKey: batchKeyOf('list', transaction),
        notBefore: at,
      });
      const [inserted] = await store().insert([{ event: changed, messages: [waiting] }], at);
      return { ...inserted!, documentId };
    }

    const take = (now = NOW, node = store()): Promise<ClaimedMessage[]> =>
      node.claim(claim({ gates: true, now, limit: 50 }));
    const bodyOf = ({ body }: ClaimedMessage) =>
      JSON.parse(body.text) as { events: { id: string }[]; tags: string[]; count: number };
    const idsIn = (one: ClaimedMessage): string[] => bodyOf(one).events.map(({ id }) => id);
    const see = async (messageId: string) => (await store().findMessages([messageId]))[0]!;

    it('sends one message when it has been quiet, and names it on those it replaced', async () => {
      const id = await makeEndpoint(QUIET);
      const [a, b] = [await change(id), await change(id, NOW + 500)];
      expect(await take(NOW + 1_499)).toEqual([]);
      const batches = await take(NOW + 2_600);
      expect(batches.map(idsIn)).toEqual([[a.documentId, b.documentId]]);
      const [batch] = batches;
      expect(bodyOf(batch!)).toMatchObject({
        count: 2,
        tags: [a.documentId, 'api::article.article', 'api::article.article:en', b.documentId],
      });
      expect(batch).toMatchObject({
        endpointId: id,
        lane: `e:${id}`,
        contentType: 'application/json',
      });
      expect(batch!.event.name).toBe('batch');
      for (const { messageId } of [a, b]) {
        const seen = await see(messageId);
        expect(seen).toMatchObject({ state: 'canceled', supersededBy: batch!.messageId });
      }
      await store().settle([delivered(batch!)]);
      expect(await take(NOW + 10_000)).toEqual([]);
    });

    it('does not wait longer than it may, nor for more events than it may have', async () => {
      const id = await makeEndpoint(QUIET);
      for (let at = 0; at <= 4_800; at += 1_600) await change(id, NOW + at);
      expect((await take(NOW + 4_800)).map((one) => bodyOf(one).count)).toEqual([4]);
      await change(id, NOW + 10_000);
      await change(id, NOW + 14_900);
      expect((await take(NOW + 15_000)).map((one) => bodyOf(one).count)).toEqual([2]);
    });

    it('sends the events of each transaction at once, split at the maximum', async () => {
      const id = await makeEndpoint(BY_TRANSACTION);
      const first = [await change(id, NOW, 'one'), await change(id, NOW, 'one')];
      for (let n = 0; n < 4; n += 1) await change(id, NOW, 'two');
      const batches = await take();
      expect(batches.map((one) => bodyOf(one).count)).toEqual([2, 3, 1]);
      expect(idsIn(batches[0]!)).toEqual(first.map(({ documentId }) => documentId));
    });

    it('sends at once when asked, and tells what waits', async () => {
      const id = await makeEndpoint(QUIET);
      await change(id);
      await change(id, NOW + 100);
      expect(await take(NOW + 100)).toEqual([]);
      const waiting = { count: 2, oldestAt: NOW, newestAt: NOW + 100, isForced: false };
      expect(await store().waitingBatch(id, 10)).toEqual(waiting);
      expect(await store().foldNow(id)).toBe(2);
      expect((await take(NOW + 101)).map((one) => bodyOf(one).count)).toEqual([2]);
      expect(await store().waitingBatch(id, 10)).toBeNull();
    });

    it('puts each event into one batch, with several nodes at once', async () => {
      const id = await makeEndpoint(QUIET);
      const made: string[] = [];
      for (let n = 0; n < 21; n += 1) made.push((await change(id)).documentId);
      const nodes = [store(), scratch().otherNode(), scratch().otherNode()];
      const batches = (await Promise.all(nodes.map((node) => take(NOW + 5_000, node)))).flat();
      batches.push(...(await take(NOW + 10_000)));
      expect(batches.flatMap(idsIn).sort()).toEqual(made.sort());
    });

    it('folds nothing for an endpoint on hold, and what waits at once after a change of its mode', async () => {
      const id = await makeEndpoint(QUIET);
      await change(id);
      await change(id);
      const budget = { default: 1_000, lanes: new Map([[batchLane(id), 0]]) };
      expect(await store().claim(claim({ gates: true, now: NOW + 9_000, budget }))).toEqual([]);
      await store().updateEndpoint(id, { delivery: { mode: 'every' } });
      expect((await take(NOW)).map((one) => bodyOf(one).count)).toEqual([2]);
    });

    it('folds a replayed event again', async () => {
      const id = await makeEndpoint(QUIET);
      const one = await change(id);
      const [batch] = await take(NOW + 1_000);
      await store().settle([delivered(batch!)]);
      expect(await store().replay([one.id], NOW + 2_000)).toBe(1);
      const again = await take(NOW + 3_000);
      expect(again.map(idsIn)).toEqual([[one.documentId]]);
      expect(again[0]!.messageId).not.toBe(batch!.messageId);
    });

    it('keeps the transactions apart that events were recorded in', async () => {
      const ids = await store().inTransaction(async () => [
        await store().transactionId(),
        await store().inTransaction(() => store().transactionId()),
      ]);
      expect(new Set(ids).size).toBe(1);
      const others = await Promise.all([
        store().transactionId(),
        store().inTransaction(() => store().transactionId()),
      ]);
      expect(new Set([...ids, ...others]).size).toBe(3);
    });
  });
}
