/** Endpoints in mode `latest`, as each database keeps them: what replaces what, and several nodes at once. */
import { latestLane, orderKeyOf } from '../../server/src/core/gates/delivery-mode';
import type { ClaimedMessage } from '../../server/src/core/message/message';
import { databasesUnderTest } from '../support/databases';
import {
  claim,
  dead,
  delivered,
  endpoint,
  event,
  LEASE_MS,
  message,
  NOW,
  retry,
} from './factories';
import { useScratch } from './scratch';

type Status = 'draft' | 'published';

for (const kind of databasesUnderTest()) {
  describe(`mode latest on ${kind}`, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    let endpointId: number;
    beforeEach(async () => {
      endpointId = await store().createEndpoint(endpoint({ delivery: { mode: 'latest' } }));
    });

    /** A change of a document. */
    async function change(entryDocumentId: string, entryStatus: Status = 'published') {
      const changed = event({ entryDocumentId, entryStatus });
      const orderKey = orderKeyOf(endpointId, changed);
      const waiting = message({ endpointId, lane: latestLane(endpointId), orderKey });
      const [inserted] = await store().insert([{ event: changed, messages: [waiting] }], NOW);
      return inserted!;
    }

    const take = (more: Parameters<typeof claim>[0] = {}): Promise<ClaimedMessage[]> =>
      store().claim(claim({ gates: true, ...more }));
    const taken = async (more?: Parameters<typeof claim>[0]) =>
      (await take(more)).map(({ messageId }) => messageId);
    const see = async (messageId: string) => (await store().findMessages([messageId]))[0]!;

    it('sends the newest message about a document, and cancels the others with its id', async () => {
      const first = await change('a');
      const second = await change('a');
      const third = await change('a');
      expect(await taken()).toEqual([third.messageId]);
      for (const { messageId } of [first, second]) {
        const found = await see(messageId);
        expect(found).toMatchObject({ state: 'canceled', supersededBy: third.messageId });
      }
      expect((await see(third.messageId)).supersededBy).toBeNull();
    });

    it('waits while a message about the document is in flight, then sends the newest', async () => {
      const first = await change('a');
      const [sent] = await take();
      await change('a');
      const third = await change('a');
      const other = await change('b');
      expect(await taken()).toEqual([other.messageId]);
      expect((await see(first.messageId)).state).toBe('active');
      await store().settle([delivered(sent!)]);
      expect(await taken()).toEqual([third.messageId]);
      expect((await see(first.messageId)).state).toBe('delivered');
    });

    it('replaces a message that waits for its retry, and one whose lease has expired', async () => {
      await change('a');
      await change('b');
      const [a, b] = await take();
      await store().settle([retry(a!, NOW + 10 * LEASE_MS)]);
      const newer = [await change('a'), await change('b')].map(({ messageId }) => messageId);
      expect(await taken({ now: NOW + LEASE_MS + 1 })).toEqual(newer);
      expect((await see(a!.messageId)).supersededBy).toBe(newer[0]);
      expect((await see(b!.messageId)).supersededBy).toBe(newer[1]);
      const { ours } = await store().settle([delivered(b!)]);
      expect([...ours]).toEqual([b!.id]);
      expect((await see(b!.messageId)).state).toBe('delivered');
    });

    it('keeps the draft and the published version apart, one in flight at a time', async () => {
      const draft = await change('a', 'draft');
      const published = await change('a', 'published');
      const [first, ...others] = await take();
      expect([first!.messageId, others]).toEqual([draft.messageId, []]);
      await store().settle([delivered(first!)]);
      expect(await taken()).toEqual([published.messageId]);
    });

    it('sends nothing of an endpoint on hold', async () => {
      await change('a');
      const budget = { default: 1_000, lanes: new Map([[latestLane(endpointId), 0]]) };
      expect(await taken({ budget })).toEqual([]);
      expect(await store().earliestDue(budget)).toBeNull();
      expect(await store().earliestDue({ default: 1_000, lanes: new Map() })).toBe(NOW);
      expect(await store().oldestDue(NOW, [latestLane(endpointId)])).toBeNull();
      expect(await store().oldestDue(NOW, [])).toBe(NOW);
    });

    it('replays a dead letter that nothing follows, and none that a newer message follows', async () => {
      await change('a');
      const [older] = await take();
      await store().settle([dead(older!)]);
      expect(await store().replay([older!.id], NOW)).toBe(1);
      const [again] = await take();
      await store().settle([dead(again!)]);
      await change('a');
      const [newer] = await take();
      await store().settle([delivered(newer!)]);
      expect(await store().replay([older!.id], NOW)).toBe(0);
      expect(await store().replay([newer!.id], NOW)).toBe(1);
      const letters = [{ rowId: older!.id, messageId: 'msg_again' }];
      expect([...(await store().reissue(letters, { now: NOW, overrides: {} }))]).toEqual([]);
    });

    it('works through more replaced messages than one claim reads', async () => {
      const changed = event({ entryDocumentId: 'a', entryStatus: 'published' });
      const orderKey = orderKeyOf(endpointId, changed);
      const many = Array.from({ length: 2_500 }, () =>
        message({ endpointId, lane: latestLane(endpointId), orderKey })
      );
      const inserted = await store().insert([{ event: changed, messages: many }], NOW);
      let sent: string[] = [];
      for (let rounds = 0; sent.length === 0 && rounds < 5; rounds += 1) sent = await taken();
      expect(sent).toEqual([inserted.at(-1)!.messageId]);
      expect(await taken({ now: NOW + 1 })).toEqual([]);
    });

    it('never sends an older state after a newer one, with several nodes and random failures', async () => {
      const nodes = [store(), scratch().otherNode(), scratch().otherNode()];
      const documents = ['a', 'b', 'c', 'd'];
      const newest = new Map<string, number>();
      const received = new Map<string, number>();
      const flying = new Set<string>();
      let now = NOW;
      let dice = 12_345;
      const roll = (sides: number): number => {
        dice = (dice * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((dice / 2_147_483_648) * sides);
      };
      const write = async (): Promise<void> => {
        const document = documents[roll(documents.length)]!;
        newest.set(document, (await change(document)).id);
      };
      async function deliver(node: (typeof nodes)[number]): Promise<number> {
        const batch = await node.claim(claim({ gates: true, now, limit: 6 }));
        for (const { event: of } of batch) {
          expect(flying.has(of.entryDocumentId!)).toBe(false);
          flying.add(of.entryDocumentId!);
        }
        for (const one of batch) {
          const document = one.event.entryDocumentId!;
          const succeeds = roll(3) > 0;
          if (succeeds) {
            expect(one.id).toBeGreaterThanOrEqual(received.get(document) ?? 0);
            received.set(document, one.id);
          }
          flying.delete(document);
          await node.settle([succeeds ? delivered(one) : retry(one, now + roll(5))]);
        }
        return batch.length;
      }
      for (let round = 0; round < 40; round += 1) {
        // Of changes of one document, the later waits for the row of the earlier.
        await Promise.all([write().then(write), ...nodes.map(deliver)]);
        now += 2;
      }
      for (let idle = 0; idle < 8; now += 5) idle = (await deliver(store())) === 0 ? idle + 1 : 0;
      expect(received).toEqual(newest);
    });
  });
}
