/** Behavior of the queue, tested on each database. */
import type { ClaimedMessage, MessageState } from '../../server/src/core/message/message';
import type { QueueStore } from '../../server/src/store/types';
import {
  claim,
  dead,
  delivered,
  event,
  gone,
  LEASE_MS,
  message,
  NOW,
  retry,
  unique,
} from './factories';

/** What a test may see of a message, besides what the queue hands out. */
export interface Seen {
  state: MessageState;
  notBefore: number | null;
  retried: number;
  finishedAt: number | null;
  dlqId: string | null;
  /** Numbers of the recorded attempts. */
  attempts: number[];
}

export interface QueueUnderTest {
  store: QueueStore;
  see(messageId: string): Promise<Seen | null>;
}

export function describeQueue(name: string, open: () => QueueUnderTest): void {
  describe(name, () => {
    let store: QueueStore;
    let see: QueueUnderTest['see'];
    beforeEach(() => {
      ({ store, see } = open());
    });

    /** Inserts one message per draft, all of one event. */
    const insert = (...drafts: Parameters<typeof message>[0][]) =>
      store.insert([{ event: event(), messages: drafts.map((draft) => message(draft)) }], NOW);

    async function claimOne(overrides: Parameters<typeof claim>[0] = {}): Promise<ClaimedMessage> {
      const [only, ...others] = await store.claim(claim(overrides));
      if (only === undefined || others.length > 0) throw new Error('expected one message');
      return only;
    }

    const claimedIds = async (overrides: Parameters<typeof claim>[0] = {}) =>
      (await store.claim(claim(overrides))).map(({ id }) => id);

    describe('insert', () => {
      it('answers with the messages in the order given, across events', async () => {
        const ids = [unique('msg_'), unique('msg_'), unique('msg_')];
        const [a, b, c] = ids.map((messageId) => message({ messageId }));
        const inserted = await store.insert(
          [
            { event: event(), messages: [a!, b!] },
            { event: event({ name: 'entry.update' }), messages: [c!] },
          ],
          NOW
        );
        expect(inserted.map(({ messageId }) => messageId)).toEqual(ids);
        expect(new Set(inserted.map(({ id }) => id)).size).toBe(3);
        const claimed = await store.claim(claim());
        const names = new Map(claimed.map(({ messageId, event: { name } }) => [messageId, name]));
        expect(ids.map((id) => names.get(id))).toEqual([
          'entry.publish',
          'entry.publish',
          'entry.update',
        ]);
      });

      it('of nothing is nothing', async () => {
        expect(await store.insert([], NOW)).toEqual([]);
      });
    });

    describe('claim', () => {
      it('hands out all that an attempt needs', async () => {
        const draft = message({
          endpointId: null,
          endpointName: null,
          url: 'https://example.com/own',
          method: 'PUT',
          lane: 'u:example.com',
          headers: { Authorization: 'Bearer x', 'X-Emoji': '😀' },
          signatures: ['standard', 'jwt'],
          retryPolicy: { kind: 'list', delaysMs: [1, 2] },
          timeoutMs: 5_000,
          sourceMessageId: 'msg_source',
        });
        await store.insert(
          [{ event: event({ contentType: 'text/plain' }), messages: [draft] }],
          NOW
        );
        expect(await claimOne({ token: 'the-token' })).toMatchObject({
          messageId: draft.messageId,
          leaseToken: 'the-token',
          endpointId: null,
          endpointName: null,
          topicName: 'articles',
          url: 'https://example.com/own',
          method: 'PUT',
          lane: 'u:example.com',
          headers: { Authorization: 'Bearer x', 'X-Emoji': '😀' },
          signatures: ['standard', 'jwt'],
          retryPolicy: { kind: 'list', delaysMs: [1, 2] },
          timeoutMs: 5_000,
          retried: 0,
          attempts: 0,
          notBefore: NOW,
          enqueuedAt: NOW,
          sourceMessageId: 'msg_source',
          event: { name: 'entry.publish', uid: 'api::article.article', occurredAt: NOW },
          body: { text: '{"event":"entry.publish"}', encoding: 'utf8' },
          contentType: 'text/plain',
        });
      });

      it("prefers a message's own body to its event's", async () => {
        await insert({ body: { text: 'AAEC', encoding: 'base64' } });
        expect((await claimOne()).body).toEqual({ text: 'AAEC', encoding: 'base64' });
      });

      it('takes what is due, the oldest first, and no more than it is asked for', async () => {
        const [late, early, , future] = await insert(
          { notBefore: NOW - 1 },
          { notBefore: NOW - 2 },
          { notBefore: NOW },
          { notBefore: NOW + 1 }
        );
        expect(await claimedIds({ limit: 2 })).toEqual([early!.id, late!.id]);
        expect(await claimedIds()).toHaveLength(1);
        expect(await claimedIds()).toEqual([]);
        expect(await claimedIds({ now: NOW + 1 })).toEqual([future!.id]);
      });

      it('takes a message again when its lease has lapsed, and not before', async () => {
        await insert({});
        const first = await claimOne();
        expect(await claimedIds({ now: NOW + LEASE_MS - 1 })).toEqual([]);
        const second = await claimOne({ now: NOW + LEASE_MS });
        expect(second.id).toBe(first.id);
        expect(second.leaseToken).not.toBe(first.leaseToken);
      });

      it('keeps to the budget of each lane, and goes on behind those that are held', async () => {
        const held = Array.from({ length: 300 }, () => ({ notBefore: NOW - 10 }));
        await insert(...held);
        const full = Array.from({ length: 5 }, () => ({ endpointId: 2, notBefore: NOW - 5 }));
        const [, , , , , other] = await insert(...full, { endpointId: 3 });
        const claimed = await store.claim(
          claim({
            budget: {
              default: 1,
              lanes: new Map([
                ['e:1', 0],
                ['e:2', 3],
              ]),
            },
          })
        );
        expect(claimed.map(({ lane }) => lane)).toEqual(['e:2', 'e:2', 'e:2', 'e:3']);
        expect(claimed.at(-1)?.id).toBe(other!.id);
      });

      it('of a lane with room for some takes its oldest', async () => {
        const [young, old] = await insert({ notBefore: NOW - 1 }, { notBefore: NOW - 2 });
        const budget = { default: 1, lanes: new Map() };
        expect(await claimedIds({ budget })).toEqual([old!.id]);
        expect(await claimedIds({ budget })).toEqual([young!.id]);
      });
    });

    describe('settle', () => {
      it('ends a delivered message', async () => {
        await insert({});
        const claimed = await claimOne();
        expect((await store.settle([delivered(claimed)])).ours).toEqual(new Set([claimed.id]));
        expect(await see(claimed.messageId)).toEqual({
          state: 'delivered',
          notBefore: null,
          retried: 0,
          finishedAt: NOW + 12,
          dlqId: null,
          attempts: [1],
        });
        expect(await claimedIds({ now: NOW + 10 * LEASE_MS })).toEqual([]);
      });

      it('puts a failed one back until its time, counting', async () => {
        await insert({});
        const first = await claimOne();
        await store.settle([retry(first, NOW + 5_000)]);
        expect(await see(first.messageId)).toMatchObject({
          state: 'pending',
          notBefore: NOW + 5_000,
          retried: 1,
          finishedAt: null,
        });
        expect(await claimedIds({ now: NOW + 4_999 })).toEqual([]);
        const second = await claimOne({ now: NOW + 5_000 });
        expect(second).toMatchObject({ retried: 1, attempts: 1, lane: 'e:1' });
        await store.settle([delivered(second)]);
        expect(await see(first.messageId)).toMatchObject({ state: 'delivered', attempts: [1, 2] });
      });

      it('gives a dead one its dead-letter id', async () => {
        await insert({});
        const claimed = await claimOne();
        await store.settle([dead(claimed)]);
        expect(await see(claimed.messageId)).toMatchObject({
          state: 'dead',
          dlqId: `${NOW + 12}-${claimed.id}`,
          notBefore: null,
        });
      });

      it('holds what its endpoint answered 410 with the endpoint, whatever lane it came by', async () => {
        await insert({ lane: 't:1' });
        const claimed = await claimOne();
        await store.settle([gone(claimed)]);
        expect(await see(claimed.messageId)).toMatchObject({ state: 'pending', retried: 0 });
        const heldEndpoint = { default: 10, lanes: new Map([['e:1', 0]]) };
        expect(await claimedIds({ now: NOW + 12, budget: heldEndpoint })).toEqual([]);
        expect(await claimOne({ now: NOW + 12 })).toMatchObject({ lane: 'e:1', attempts: 1 });
      });

      it('settles a group, each in its way', async () => {
        await insert({}, {}, {});
        const [a, b, c] = await store.claim(claim());
        const { ours } = await store.settle([dead(c!), delivered(a!), retry(b!, NOW + 1)]);
        expect(ours).toEqual(new Set([a!.id, b!.id, c!.id]));
        expect((await see(a!.messageId))?.state).toBe('delivered');
        expect((await see(b!.messageId))?.state).toBe('pending');
        expect((await see(c!.messageId))?.state).toBe('dead');
      });

      it('does nothing for who has lost the lease, and still serves the others of the group', async () => {
        await insert({}, { notBefore: NOW + LEASE_MS });
        const stale = await claimOne();
        const [current, other] = await store.claim(claim({ now: NOW + LEASE_MS }));
        expect((await store.settle([dead(stale), delivered(other!)])).ours).toEqual(
          new Set([other!.id])
        );
        expect(await see(stale.messageId)).toMatchObject({ state: 'active', attempts: [] });
        await store.release([stale]);
        expect((await see(stale.messageId))?.state).toBe('active');
        expect((await store.settle([delivered(current!)])).ours).toEqual(new Set([current!.id]));
      });

      it('happens once', async () => {
        await insert({});
        const claimed = await claimOne();
        await store.settle([delivered(claimed)]);
        expect((await store.settle([dead(claimed)])).ours).toEqual(new Set());
        expect(await see(claimed.messageId)).toMatchObject({ state: 'delivered', attempts: [1] });
      });

      it('of nothing is nothing', async () => {
        expect((await store.settle([])).ours).toEqual(new Set());
      });
    });

    describe('release', () => {
      it('makes claims due again at once, nothing counted', async () => {
        await insert({ notBefore: NOW - 5 });
        await store.release([await claimOne()]);
        expect(await claimOne()).toMatchObject({ retried: 0, attempts: 0, notBefore: NOW - 5 });
      });
    });

    describe('cancel', () => {
      it('takes a pending message out of the queue', async () => {
        const [inserted] = await insert({});
        expect(await store.cancel([inserted!.id], NOW + 1)).toBe(1);
        expect(await see(inserted!.messageId)).toMatchObject({
          state: 'canceled',
          finishedAt: NOW + 1,
        });
        expect(await claimedIds()).toEqual([]);
        expect(await store.cancel([inserted!.id], NOW + 2)).toBe(0);
      });

      it('keeps an active one from being retried, and records what was under way', async () => {
        await insert({});
        const claimed = await claimOne();
        expect(await store.cancel([claimed.id], NOW + 1)).toBe(1);
        expect((await store.settle([retry(claimed, NOW + 5)])).ours).toEqual(new Set([claimed.id]));
        expect(await see(claimed.messageId)).toMatchObject({
          state: 'canceled',
          finishedAt: NOW + 1,
          retried: 0,
          attempts: [1],
        });
        expect(await claimedIds({ now: NOW + 10 * LEASE_MS })).toEqual([]);
      });

      it('does not deny that an active one was delivered after all', async () => {
        await insert({});
        const claimed = await claimOne();
        await store.cancel([claimed.id], NOW + 1);
        await store.settle([delivered(claimed)]);
        expect(await see(claimed.messageId)).toMatchObject({ state: 'delivered', attempts: [1] });
      });

      it('is not undone by handing the claim back', async () => {
        await insert({});
        const claimed = await claimOne();
        await store.cancel([claimed.id], NOW + 1);
        await store.release([claimed]);
        expect((await see(claimed.messageId))?.state).toBe('canceled');
      });
    });

    describe('replay', () => {
      it('sends finished messages again as the same message, attempts kept', async () => {
        await insert({}, { endpointId: null, lane: 'u:example.com', url: 'https://Example.com/a' });
        const [a, b] = await store.claim(claim());
        await store.settle([dead(a!), delivered(b!)]);
        expect(await store.replay([a!.id, b!.id], NOW + 100)).toBe(2);
        expect(await see(a!.messageId)).toMatchObject({
          state: 'pending',
          notBefore: NOW + 100,
          retried: 0,
          dlqId: null,
          finishedAt: null,
          attempts: [1],
        });
        const again = await store.claim(claim({ now: NOW + 100 }));
        expect(again.map(({ messageId, lane }) => [messageId, lane])).toEqual([
          [a!.messageId, 'e:1'],
          [b!.messageId, 'u:example.com'],
        ]);
        expect(again[0]).toMatchObject({ retried: 0, attempts: 1 });
      });

      it('returns the message of a handler to the lane of that handler', async () => {
        const handler = { endpointId: null, lane: 'u:strapi:reply', url: 'strapi:reply' };
        await insert(handler);
        const claimed = await claimOne();
        await store.settle([delivered(claimed)]);
        await store.replay([claimed.id], NOW + 100);
        expect((await claimOne({ now: NOW + 100 })).lane).toBe(handler.lane);
      });

      it('leaves unfinished messages as they are', async () => {
        const [inserted] = await insert({ notBefore: NOW + 5 });
        expect(await store.replay([inserted!.id], NOW)).toBe(0);
        expect((await see(inserted!.messageId))?.notBefore).toBe(NOW + 5);
      });

      it('shuts out the attempt that was under way when the message was canceled', async () => {
        await insert({});
        const claimed = await claimOne();
        await store.cancel([claimed.id], NOW + 1);
        await store.replay([claimed.id], NOW + 2);
        expect((await store.settle([dead(claimed)])).ours).toEqual(new Set());
        expect((await see(claimed.messageId))?.state).toBe('pending');
      });
    });

    describe('expedite', () => {
      it('makes waiting messages due now, and no others', async () => {
        const [waiting, due] = await insert({ notBefore: NOW + 500 }, {});
        expect(await store.expedite([waiting!.id, due!.id], NOW)).toBe(1);
        expect(await claimedIds()).toEqual([waiting!.id, due!.id]);
        expect(await store.expedite([waiting!.id], NOW)).toBe(0);
      });
    });

    describe('deleteFinished', () => {
      it('removes finished messages and no others', async () => {
        await insert({}, {});
        const [a, b] = await store.claim(claim());
        await store.settle([delivered(a!)]);
        expect(await store.deleteFinished([a!.id, b!.id])).toBe(1);
        expect(await see(a!.messageId)).toBeNull();
        expect(await see(b!.messageId)).not.toBeNull();
      });
    });

    describe('purge', () => {
      const cutoffs = { deliveredBefore: NOW + 13, deadBefore: NOW + 13, now: NOW, limit: 100 };

      it('removes what is past its cut-off, never what is unfinished', async () => {
        await insert({}, {}, {}, { notBefore: NOW + 1_000 });
        const [a, b, active] = await store.claim(claim());
        await store.settle([delivered(a!), dead(b!)]);
        expect(await store.purge({ ...cutoffs, deliveredBefore: NOW + 12, deadBefore: NOW })).toBe(
          0
        );
        expect(await store.purge({ ...cutoffs, deadBefore: NOW + 12 })).toBe(1);
        expect(await see(a!.messageId)).toBeNull();
        expect(await see(b!.messageId)).not.toBeNull();
        expect(await store.purge(cutoffs)).toBe(1);
        expect(await see(b!.messageId)).toBeNull();
        const ages = { ...cutoffs, deliveredBefore: NOW * 2, deadBefore: NOW * 2 };
        expect(await store.purge(ages)).toBe(0);
        expect((await see(active!.messageId))?.state).toBe('active');
      });

      it('goes a batch at a time', async () => {
        await insert({}, {}, {});
        const claimed = await store.claim(claim());
        await store.settle(claimed.map((one) => delivered(one)));
        const removed = [];
        for (let batch = 0; batch < 3; batch += 1) {
          removed.push(await store.purge({ ...cutoffs, limit: 2 }));
        }
        expect(removed).toEqual([2, 1, 0]);
      });
    });

    describe('claimDeduplicationKey', () => {
      const ask = (key: string, messageId: string, now = NOW) =>
        store.claimDeduplicationKey({ key, messageId, now, expiresAt: now + 1_000 });

      it('belongs to the first, until it expires', async () => {
        const key = unique('key');
        expect(await ask(key, 'msg_1')).toBeNull();
        expect(await ask(key, 'msg_2', NOW + 999)).toBe('msg_1');
        expect(await ask(key, 'msg_3', NOW + 1_000)).toBeNull();
        expect(await ask(key, 'msg_4', NOW + 1_999)).toBe('msg_3');
      });

      it('tells apart keys that differ in case, and takes any length', async () => {
        const key = unique(`key${'x'.repeat(500)}`);
        expect(await ask(key, 'msg_1')).toBeNull();
        expect(await ask(key.toUpperCase(), 'msg_2')).toBeNull();
        expect(await ask(key, 'msg_3')).toBe('msg_1');
      });

      it('is forgotten by retention once it has expired', async () => {
        const key = unique('key');
        await ask(key, 'msg_1');
        const none = { deliveredBefore: 0, deadBefore: 0, limit: 10 };
        await store.purge({ ...none, now: NOW + 999 });
        expect(await ask(key, 'msg_2', NOW + 1)).toBe('msg_1');
        await store.purge({ ...none, now: NOW + 1_000 });
        expect(await ask(key, 'msg_2', NOW + 1)).toBeNull();
      });
    });
  });
}
