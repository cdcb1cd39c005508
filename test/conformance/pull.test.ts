/** Endpoints whose receivers claim their messages, as each database keeps them. */
import {
  batchKeyOf,
  batchLane,
  latestLane,
  orderKeyOf,
} from '../../server/src/core/gates/delivery-mode';
import type { ClaimedMessage, NewMessage } from '../../server/src/core/message/message';
import type { PullClaim } from '../../server/src/store/queue/pull-types';
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
  unique,
} from './factories';
import { useScratch } from './scratch';

const OTHER = 77_777;
const SECOND_MS = 1_000;

for (const kind of databasesUnderTest()) {
  describe(`claims of receivers on ${kind}`, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    let endpointId: number;
    beforeEach(async () => {
      endpointId = await store().createEndpoint(endpoint({ url: 'pull:' }));
    });

    const insert = (...drafts: Partial<NewMessage>[]) => {
      const messages = drafts.map((draft) => message({ endpointId, ...draft }));
      return store().insert([{ event: event(), messages }], NOW);
    };

    const pull = (more: Partial<PullClaim> = {}, node = store()): Promise<ClaimedMessage[]> =>
      node.claimPulled({
        endpointId,
        limit: 10,
        testsOnly: false,
        now: NOW,
        leaseMs: LEASE_MS,
        token: unique('lease'),
        ...more,
      });
    const idsOf = (some: readonly { id: number }[]) => some.map(({ id }) => id);
    const refOf = ({ messageId, leaseToken }: ClaimedMessage) => ({ messageId, leaseToken });
    const leased = async (...some: ClaimedMessage[]) =>
      idsOf(await store().findLeased(some.map(refOf)));
    const stateOf = async ({ messageId }: { messageId: string }) =>
      (await store().findMessage(messageId))?.state;

    it('takes what is due of the endpoint, oldest first, and nothing of others', async () => {
      const [late, early] = await insert({ notBefore: NOW - 1 }, { notBefore: NOW - 2 });
      await insert({ notBefore: NOW + 1 }, { endpointId: OTHER, lane: `e:${OTHER}` });
      const [first] = await pull({ limit: 1 });
      expect(first).toMatchObject({ id: early!.id, endpointId, body: { encoding: 'utf8' } });
      expect(idsOf(await pull())).toEqual([late!.id]);
      expect(await pull()).toEqual([]);
    });

    it('leaves to the delivery loop what is not of its lanes', async () => {
      await insert({}, { lane: `t:${endpointId}` });
      const [other] = await insert({ endpointId: OTHER, lane: `e:${OTHER}` });
      const unsent = [`e:${endpointId}`, `t:${endpointId}`].map((lane) => [lane, 0] as const);
      const budget = { default: 1_000, lanes: new Map(unsent) };
      expect(idsOf(await store().claim(claim({ gates: true, budget })))).toEqual([other!.id]);
      expect(await store().earliestDue(budget)).toBe(NOW + LEASE_MS);
    });

    it('gives a message again when its lease has ended, and the old lease settles nothing', async () => {
      await insert({});
      const [lost] = await pull();
      expect(await pull({ now: NOW + LEASE_MS - 1 })).toEqual([]);
      const [again] = await pull({ now: NOW + LEASE_MS });
      expect(again).toMatchObject({ id: lost!.id, messageId: lost!.messageId, attempts: 0 });
      expect(await leased(lost!)).toEqual([]);
      expect([...(await store().settle([delivered(lost!)])).ours]).toEqual([]);
      expect(await stateOf(lost!)).toBe('active');
      expect(await leased(again!)).toEqual([again!.id]);
      await store().settle([delivered(again!)]);
      expect(await stateOf(again!)).toBe('delivered');
      expect(await leased(again!)).toEqual([]);
    });

    it('settles late what nobody else was given', async () => {
      await insert({});
      const [late] = await pull();
      const [found] = await store().findLeased([refOf(late!)]);
      expect(found).toEqual(late);
      expect([...(await store().settle([delivered(found!)])).ours]).toEqual([late!.id]);
    });

    it('finds what was canceled meanwhile, and records that it was delivered', async () => {
      await insert({});
      const [taken] = await pull();
      await store().cancel([taken!.id], NOW);
      const [found] = await store().findLeased([refOf(taken!)]);
      expect([...(await store().settle([delivered(found!)])).ours]).toEqual([taken!.id]);
      expect(await stateOf(taken!)).toBe('delivered');
    });

    it('retries as any other, and takes it when it is due', async () => {
      await insert({});
      const [first] = await pull();
      await store().settle([retry(first!, NOW + 500)]);
      expect(await pull({ now: NOW + 499 })).toEqual([]);
      const [second] = await pull({ now: NOW + 500 });
      expect(second).toMatchObject({ id: first!.id, retried: 1, attempts: 1 });
      await store().settle([dead(second!)]);
      expect(await stateOf(second!)).toBe('dead');
      expect(await store().replay([second!.id], NOW)).toBe(1);
      expect(idsOf(await pull({ now: NOW + 500 }))).toEqual([second!.id]);
    });

    it('gives tests only while the endpoint is on hold', async () => {
      const [, test] = await insert({}, { lane: `t:${endpointId}` });
      expect(idsOf(await pull({ testsOnly: true }))).toEqual([test!.id]);
      expect(await pull()).toHaveLength(1);
    });

    it('gives each message to one of several receivers', async () => {
      await insert(...Array.from({ length: 60 }, () => ({})));
      const nodes = [store(), scratch().otherNode(), scratch().otherNode()];
      const taken: number[] = [];
      for (let rounds = 0; taken.length < 60 && rounds < 20; rounds += 1) {
        const some = await Promise.all(nodes.map((node) => pull({ limit: 7 }, node)));
        taken.push(...some.flatMap(idsOf));
      }
      expect(taken).toHaveLength(60);
      expect(new Set(taken).size).toBe(60);
    });

    it('of mode latest gives the newest about a document, one at a time', async () => {
      const changed = event({ entryDocumentId: 'a', entryStatus: 'published' });
      const orderKey = orderKeyOf(endpointId, changed);
      const change = async () => {
        const waiting = message({ endpointId, lane: latestLane(endpointId), orderKey });
        const [inserted] = await store().insert([{ event: changed, messages: [waiting] }], NOW);
        return inserted!;
      };
      const [first, second] = [await change(), await change()];
      const [taken] = await pull();
      expect(taken!.id).toBe(second.id);
      expect(await stateOf(first)).toBe('canceled');
      const third = await change();
      expect(await pull()).toEqual([]);
      await store().settle([delivered(taken!)]);
      expect(idsOf(await pull())).toEqual([third.id]);
    });

    it('of mode batch makes one message of what waits', async () => {
      const delivery = { mode: 'batch', by: 'transaction', maxEvents: 10 } as const;
      await store().updateEndpoint(endpointId, { delivery });
      const orderKey = batchKeyOf('list', 'a transaction');
      await insert(...Array.from({ length: 3 }, () => ({ lane: batchLane(endpointId), orderKey })));
      const [batch, ...others] = await pull();
      expect(JSON.parse(batch!.body.text)).toMatchObject({ count: 3 });
      expect(others).toEqual([]);
    });

    it('waits for its turn in a queue that others are in, too', async () => {
      const queue = { name: 'q' };
      const mine = { endpointId, queue };
      const others = { endpointId: OTHER, lane: `e:${OTHER}`, queue };
      const [a, b, c] = await insert(mine, others, mine);
      const [first] = await pull();
      expect(first!.id).toBe(a!.id);
      expect(await pull({ now: NOW + SECOND_MS })).toEqual([]);
      await store().settle([delivered(first!)]);
      // The turn is that of the other endpoint, which the delivery loop sends to.
      expect(await pull({ now: NOW + 2 * SECOND_MS })).toEqual([]);
      const [second] = await store().claim(claim({ gates: true }));
      expect(second!.id).toBe(b!.id);
      await store().settle([delivered(second!)]);
      expect(idsOf(await pull({ now: NOW + 3 * SECOND_MS }))).toEqual([c!.id]);
    });

    it('counts against a flow-control key that others share', async () => {
      const flowControl = { key: 'k', parallelism: 2 };
      const mine = { endpointId, flowControl };
      await insert(mine, mine, { endpointId: OTHER, lane: `e:${OTHER}`, flowControl });
      const [theirs] = await store().claim(
        claim({
          gates: true,
          budget: { default: 1_000, lanes: new Map([[`e:${endpointId}`, 0]]) },
        })
      );
      expect(theirs!.endpointId).toBe(OTHER);
      const taken = await pull();
      expect(taken).toHaveLength(1);
      await store().settle([delivered(theirs!)]);
      expect(await pull({ now: NOW + SECOND_MS })).toHaveLength(1);
    });

    it('lists temporary endpoints whose receivers have stopped claiming', async () => {
      const expired = (now: number) => store().expiredEndpoints(now);
      const expiresAt = NOW + SECOND_MS;
      const id = await store().createEndpoint(endpoint({ url: 'pull:', expiresAt }));
      expect(await expired(NOW)).toEqual([]);
      expect(await expired(expiresAt)).toEqual([id]);
      await store().keepEndpoint(id, expiresAt + 1);
      await store().keepEndpoint(endpointId, NOW);
      expect(await expired(expiresAt)).toEqual([]);
      await store().deleteEndpoint(id, { cancelPending: true, now: NOW });
      expect(await expired(NOW + LEASE_MS)).toEqual([]);
    });

    it('takes what is in the open and what is behind gates in turns', async () => {
      const queue = { name: 'q' };
      await insert(...Array.from({ length: 5 }, () => ({})), { queue }, { queue });
      // The first claim that has room finds the queue.
      expect(await pull({ limit: 6 })).toHaveLength(6);
      await insert(...Array.from({ length: 5 }, () => ({})));
      const settled = await pull({ now: NOW + LEASE_MS, limit: 1 });
      const next = await pull({ now: NOW + LEASE_MS, limit: 1 });
      expect([...settled, ...next].map((one) => one.queue === null).sort()).toEqual([false, true]);
    });
  });
}
