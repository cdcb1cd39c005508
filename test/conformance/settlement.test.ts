/** The settlement's steps on real databases, with the real store, directory and recorder. */
import { randomBytes } from 'node:crypto';

import { ledgerKey } from '../../server/src/core/ledger/ledger';
import type { LedgerNote } from '../../server/src/core/ledger/note';
import type { Settled } from '../../server/src/core/message/message';
import { createDirectory } from '../../server/src/delivery/engine/directory';
import { createRecorder } from '../../server/src/delivery/engine/recorder';
import { createSettlement } from '../../server/src/delivery/engine/settlement';
import type { FullStore } from '../../server/src/store/types';
import { databasesUnderTest } from '../support/databases';
import {
  claim,
  dead,
  delivered,
  endpoint,
  event,
  gone,
  message,
  NOW,
  responded,
  retry,
  topic,
} from './factories';
import { useScratch } from './scratch';

for (const kind of databasesUnderTest()) {
  describe(`a settlement (${kind})`, () => {
    const scratch = useScratch(kind);

    /** @param faults what is broken of the store. */
    async function nodeOf(faults: Partial<FullStore> = {}) {
      const { context, store: intact, log: lines } = scratch();
      const store = { ...intact, ...faults };
      const { crypt, log } = context;
      const codeNeeds = () => [];
      const schema = { schemas: () => undefined, contentTypes: () => [] };
      const directory = createDirectory(store, { crypt, schema, codeNeeds, log }, () => undefined);
      await directory.refresh();
      const observed: Settled[] = [];
      const now = () => NOW;
      const rendering = {
        codeFormat: () => undefined,
        codeNeeds,
        bounded: <T>(work: () => T): T => work(),
        maxBytes: 1_000_000,
      };
      const recorder = createRecorder({
        store,
        directory,
        now,
        trace: () => null,
        randomBytes,
        rendering,
        withheld: () => undefined,
        brake: (message) => Promise.resolve(message),
      });
      const settle = createSettlement({
        store,
        directory,
        recorder,
        observe: (settled) => observed.push(...settled),
        log,
      });
      const linesOf = (level: string) =>
        lines.filter((line) => line.level === level).map((line) => line.message);
      return { store, directory, settle, observed, linesOf };
    }

    async function claimFor(endpointId: number, name = 'entry.publish') {
      const { store } = scratch();
      const messages = [message({ endpointId })];
      await store.insert([{ event: event({ name }), messages }], NOW);
      const [claimed] = await store.claim(claim());
      return claimed!;
    }

    /** An endpoint, and another one that is told of what happens to it. */
    async function watched(): Promise<number> {
      const { store } = scratch();
      const watcher = await store.createEndpoint(endpoint({ name: 'watcher' }));
      await store.createTopic(topic({ events: ['webhooks.*'], endpointIds: [watcher] }));
      return store.createEndpoint(endpoint({ name: 'shop' }));
    }

    const eventNames = async (): Promise<string[]> =>
      (await scratch().store.listMessages({ state: ['pending'] }, { limit: 9 })).map(
        ({ event }) => event
      );

    it('counts only messages whose lease was still held', async () => {
      const { settle, observed } = await nodeOf();
      const claimed = await claimFor(await scratch().store.createEndpoint(endpoint()));
      const stale = { ...claimed, leaseToken: 'stale' };
      expect(await settle([delivered(stale)])).toEqual({ ours: new Set(), changed: false });
      expect(observed).toEqual([]);
      const settled = delivered(claimed);
      expect(await settle([settled])).toEqual({ ours: new Set([claimed.id]), changed: false });
      expect(observed).toEqual([settled]);
    });

    it('stores each response of a group as it was, whatever it looks like', async () => {
      const { settle, store } = await nodeOf();
      const id = await store.createEndpoint(endpoint());
      const texts = [
        '',
        'NULL',
        'null',
        '{a,"b"}',
        '\\"\\\\',
        'tab\there\r\n',
        '\u001f',
        'é 🚀',
        "it's",
      ];
      for (const group of [texts, texts.slice(0, 5)]) {
        const claimed = [];
        for (const text of group) claimed.push({ message: await claimFor(id), text });
        await settle(claimed.map(({ message: one, text }) => delivered(one, responded(200, text))));
        for (const { message: one, text } of claimed) {
          const [attempt] = await store.listAttempts(one.id);
          expect(attempt?.response?.body?.text).toBe(text);
        }
      }
    });

    it('reports a dead letter in its transaction, and never one of its own events', async () => {
      const id = await watched();
      const { settle, store } = await nodeOf();
      const { ours, changed } = await settle([dead(await claimFor(id))]);
      expect([ours.size, changed, await eventNames()]).toEqual([
        1,
        true,
        ['webhooks.message.dead'],
      ]);

      const [about] = await store.claim(claim());
      expect(await settle([dead(about!)])).toMatchObject({ changed: false });
      expect(await eventNames()).toEqual([]);

      const broken = await nodeOf({ insert: () => Promise.reject(new Error('no room')) });
      const claimed = await claimFor(id);
      await expect(broken.settle([dead(claimed)])).rejects.toThrow('no room');
      expect((await store.findMessage(claimed.messageId))?.state).toBe('active');
      expect(broken.observed).toEqual([]);
    });

    it('disables an endpoint at a 410, reports it, and applies it at once', async () => {
      const id = await watched();
      const { settle, directory, linesOf } = await nodeOf();
      expect(await settle([gone(await claimFor(id))])).toMatchObject({ changed: true });
      expect(directory.endpoint(id)?.state).toBe('disabled');
      expect(await eventNames()).toContain('webhooks.endpoint.disabled');
      expect(linesOf('warn').at(-1)).toBe(
        'endpoint "shop" was disabled: The receiver answered 410 Gone.'
      );
    });

    it('reads an endpoint again that another node has disabled', async () => {
      const id = await watched();
      const { settle, directory } = await nodeOf();
      const claimed = await claimFor(id);
      await scratch().store.updateEndpoint(id, { state: 'disabled' });
      expect(await settle([gone(claimed)])).toMatchObject({ changed: false });
      expect(directory.endpoint(id)?.state).toBe('disabled');
    });

    it.each([
      ['diagnose', 'the health of their endpoints could not be'],
      ['listEndpoints', 'their endpoints could not be read again'],
    ] as const)('stands when what follows its commit fails: %s', async (member, text) => {
      const id = await watched();
      const claimed = await claimFor(id);
      let broken = false;
      const { settle, observed, linesOf } = await nodeOf({
        [member]: (...input: never[]) =>
          broken
            ? Promise.reject(new Error('the database is gone'))
            : (scratch().store[member] as (...input: never[]) => unknown)(...input),
      });
      broken = true;
      expect((await settle([gone(claimed)])).ours).toEqual(new Set([claimed.id]));
      expect(linesOf('error').at(-1)).toContain(text);
      expect(observed).toHaveLength(1);
      expect(await scratch().store.findMessage(claimed.messageId)).toMatchObject({
        state: 'pending',
        attempts: 1,
      });
    });

    it('fails with the transaction of its caller', async () => {
      const claimed = await claimFor(await watched());
      const { settle, store } = await nodeOf({
        diagnose: () => Promise.reject(new Error('the database is gone')),
      });
      const work = store.inTransaction(() => settle([retry(claimed, NOW)]));
      await expect(work).rejects.toThrow('the database is gone');
      expect((await store.findMessage(claimed.messageId))?.state).toBe('active');
    });

    it('notes what the receiver has: the last version, of messages that were ours', async () => {
      const { store } = scratch();
      const endpointId = await store.createEndpoint(endpoint({ ledger: true }));
      const noteOf = (documentId: string, updatedAt: number): LedgerNote => ({
        ...{ uid: 'api::article.article', documentId, locale: null, status: 'published' },
        ...{ updatedAt, event: 'entry.publish', occurredAt: NOW, isGone: false },
      });
      const notes = [
        noteOf('a', 1),
        noteOf('a', 2),
        noteOf('b', 3),
        noteOf('c', 4),
        noteOf('d', 5),
      ];
      for (const note of notes) {
        const messages = [message({ endpointId, ledger: [note] })];
        await store.insert([{ event: event(), messages }], NOW);
      }
      const claimed = await store.claim(claim());
      const [first, second, third, stale, canceled] = claimed;
      await store.cancel([canceled!.id], NOW);
      const { settle } = await nodeOf();
      const later = { ...delivered(first!), settledAt: NOW + 20 };
      const lost = { ...stale!, leaseToken: 'stale' };
      const group = [later, ...[second!, third!, lost, canceled!].map((one) => delivered(one))];
      const { ours } = await settle(group);
      expect(ours.size).toBe(4);
      const page = { endpointId, uid: null, after: 0, limit: 10 };
      const versions = async () =>
        (await store.pageLedger(page))
          .map(({ documentId, updatedAt }) => `${documentId}${updatedAt}`)
          .sort();
      expect(await versions()).toEqual(['a1', 'b3', 'd5']);
      const key = ledgerKey(endpointId, noteOf('b', 3));
      const neighbors = [BigInt(key) - 1n, BigInt(key) + 1n].map(String);
      expect(await store.readLedger(neighbors)).toEqual([]);
      expect(await store.readLedger([key])).toMatchObject([{ key, documentId: 'b', updatedAt: 3 }]);

      await store.insert(
        [{ event: event(), messages: [message({ endpointId, ledger: [noteOf('a', 6)] })] }],
        NOW
      );
      const [newer] = await store.claim(claim());
      await settle([delivered(newer!)]);
      expect(await versions()).toEqual(['a6', 'b3', 'd5']);
    });
  });
}
