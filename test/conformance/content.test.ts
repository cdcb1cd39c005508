/** What is stored is what comes back, on every database; and it commits or rolls back with its cause. */
import { createHash } from 'node:crypto';

import { databasesUnderTest } from '../support/databases';
import { claim, dead, delivered, event, message, NOW, responded, unreachable } from './factories';
import { useScratch } from './scratch';

const MEBIBYTE = 1_048_576;
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const insert = (draft = message(), cause = event()) =>
      scratch().store.insert([{ event: cause, messages: [draft] }], NOW);
    const claimOne = async () => (await scratch().store.claim(claim({ limit: 1 })))[0]!;
    const table = (uid: string) => scratch().db.metadata.get(`plugin::guaranteed-webhooks.${uid}`);
    const rowsOf = async (uid: string) =>
      (await scratch().db.getConnection(table(uid).tableName)) as unknown as Record<
        string,
        unknown
      >[];

    it('keeps a payload of a mebibyte with four-byte characters to the byte', async () => {
      const text = JSON.stringify({ text: '😀é\\"\n'.repeat(MEBIBYTE / 8) });
      expect(Buffer.byteLength(text)).toBeGreaterThan(MEBIBYTE);
      await insert(message(), event({ body: { text, encoding: 'utf8' } }));
      const { body } = await claimOne();
      expect(sha(body.text)).toBe(sha(text));
    });

    it('takes more than fits into one statement, in one call', async () => {
      const big = { text: 'x'.repeat(3 * MEBIBYTE), encoding: 'utf8' } as const;
      const deliveries = [1, 2, 3, 4, 5].map(() => ({
        event: event({ body: big }),
        messages: [message()],
      }));
      const inserted = await scratch().store.insert(deliveries, NOW);
      expect(inserted).toHaveLength(5);
      expect(await rowsOf('event')).toHaveLength(5);
    });

    it('inserts more messages than a database allows parameters', async () => {
      const messages = Array.from({ length: 3_000 }, () => message());
      const inserted = await scratch().store.insert([{ event: event(), messages }], NOW);
      expect(inserted.map(({ messageId }) => messageId)).toEqual(
        messages.map(({ messageId }) => messageId)
      );
    });

    it('keeps the bytes of a body with a NUL in it', async () => {
      await insert(message(), event({ body: { text: 'a\u0000b', encoding: 'utf8' } }));
      const { body } = await claimOne();
      expect(Buffer.from(body.text, body.encoding).toString('utf8')).toBe('a\u0000b');
    });

    it('records any response and any error', async () => {
      await insert();
      const first = await claimOne();
      const response = responded(500, 'NUL \u0000 and 😀');
      await scratch().store.settle([
        {
          ...dead(first),
          settlement: { to: 'pending', because: 'retry', notBefore: NOW, retried: 1 },
          attempt: { ...dead(first).attempt, outcome: response },
        },
      ]);
      const second = await claimOne();
      const error = 'socket said \u0000 and half a \ud83d';
      await scratch().store.settle([
        {
          ...dead(second),
          attempt: { ...dead(second).attempt, outcome: { kind: 'unreachable', error } },
        },
      ]);
      const [answered, failed] = await scratch().store.listAttempts(first.id);
      expect(answered).toMatchObject({
        number: 1,
        startedAt: NOW,
        durationMs: 12,
        outcome: 'responded',
        status: 500,
        error: null,
        request: { url: 'https://example.com/hook', headers: { 'webhook-id': 'x' } },
        response: { bodyTruncated: false, headers: { 'set-cookie': ['a=1', 'b=2'] } },
      });
      const body = answered!.response!.body!;
      expect(Buffer.from(body.text, body.encoding).toString()).toBe('NUL \u0000 and 😀');
      expect(failed).toMatchObject({ outcome: 'unreachable', response: null, status: null });
      expect(failed!.error).toBe('socket said \ufffd and half a \ufffd');
    });

    it("encrypts a message's own headers, and hands them out as they were", async () => {
      const headers = { Authorization: 'Bearer planted-secret' };
      const draft = message({ headers });
      await insert(draft);
      expect(JSON.stringify(await rowsOf('message'))).not.toContain('planted-secret');
      expect((await claimOne()).headers).toEqual(headers);
      expect((await scratch().store.findMessage(draft.messageId))?.headers).toEqual(headers);
    });

    it('marks a message whose headers cannot be decrypted, and claims the others', async () => {
      const sealed = message({ headers: { A: 'b' } });
      const open = message();
      await insert(sealed);
      await insert(open);
      await scratch()
        .db.query('plugin::guaranteed-webhooks.message')
        .update({ where: { messageId: sealed.messageId }, data: { headers: 'other key' } });
      const claimed = await scratch().store.claim(claim());
      const marks = claimed.map(({ messageId, unreadable }) => [messageId, unreadable]);
      expect(marks).toEqual([
        [sealed.messageId, expect.stringContaining('the key is not the one')],
        [open.messageId, undefined],
      ]);
    });

    it.each(['retryPolicy', 'flowControl', 'redact'])(
      'marks a message whose %s cannot be read, and hands out and lists the others',
      async (column) => {
        const broken = message({ labels: ['a'] });
        const sound = message();
        await insert(broken);
        await insert(sound);
        await scratch()
          .db.query('plugin::guaranteed-webhooks.message')
          .update({ where: { messageId: broken.messageId }, data: { [column]: '{"a":' } });
        const { store } = scratch();
        const claimed = await store.claim(claim());
        expect(claimed.map(({ messageId, unreadable }) => [messageId, unreadable])).toEqual([
          [broken.messageId, expect.stringContaining('cannot be read')],
          [sound.messageId, undefined],
        ]);
        const listed = await store.listMessages({}, { limit: 9 });
        expect(listed).toHaveLength(2);
        if (column === 'redact') expect(listed[1]?.redact).toEqual({ body: true, headers: true });
        expect((await store.listQstashRows({}, { limit: 9 })).rows).toHaveLength(2);
      }
    );

    it('cuts texts that are only displayed, instead of refusing the content change', async () => {
      const long = 'n'.repeat(300);
      const draft = message({ endpointName: long, topicName: long, callerIp: long });
      await insert(draft, event({ actor: { kind: 'admin', id: 1, label: long } }));
      const row = await scratch().store.findMessage(draft.messageId);
      expect(row?.endpointName).toBe(long.slice(0, 255));
    });

    describe("in the caller's transaction", () => {
      const transaction = (work: () => Promise<unknown>) =>
        scratch().db.transaction(async () => work());

      it('is rolled back with it', async () => {
        await expect(
          transaction(async () => {
            await insert();
            await scratch().store.claimDeduplicationKey({
              key: 'k',
              messageId: 'msg_1',
              now: NOW,
              expiresAt: NOW + 1,
            });
            expect(await scratch().store.maxMessageId()).toBeGreaterThan(0);
            throw new Error('the content change failed');
          })
        ).rejects.toThrow('the content change failed');
        for (const uid of ['event', 'message', 'deduplication']) {
          expect(await rowsOf(uid)).toEqual([]);
        }
      });

      it('commits with it', async () => {
        await transaction(() => insert());
        expect(await rowsOf('message')).toHaveLength(1);
      });

      it('every transition works inside one, on a single connection too', async () => {
        await transaction(async () => {
          const { store } = scratch();
          const [a, b] = await store.insert(
            [{ event: event(), messages: [message(), message({ notBefore: NOW + 9 })] }],
            NOW
          );
          const [claimed] = await store.claim(claim());
          await store.release([claimed!]);
          const [again] = await store.claim(claim());
          await store.settle([dead(again!, responded(500))]);
          await store.replay([a!.id], NOW);
          await store.expedite([b!.id], NOW);
          await store.cancel([b!.id], NOW);
          await store.deleteFinished([b!.id]);
          await store.listMessages({}, { limit: 5 });
          expect(await store.countMatching({})).toBe(1);
        });
        expect(await scratch().store.claim(claim())).toHaveLength(1);
      });
    });

    it('removes an event with its last message, and not before', async () => {
      const { store } = scratch();
      await store.insert([{ event: event(), messages: [message(), message()] }], NOW);
      const [a, b] = await store.claim(claim());
      await store.settle([delivered(a!), delivered(b!)]);
      await store.deleteFinished([a!.id]);
      expect([await rowsOf('event'), await rowsOf('attempt')].map(({ length }) => length)).toEqual([
        1, 1,
      ]);
      await store.deleteFinished([b!.id]);
      expect([await rowsOf('event'), await rowsOf('attempt')].map(({ length }) => length)).toEqual([
        0, 0,
      ]);
    });

    it('retention finds old events that never had a message', async () => {
      const { store } = scratch();
      await store.insert([{ event: event({ occurredAt: NOW - 10 }), messages: [] }], NOW);
      await store.insert([{ event: event({ occurredAt: NOW }), messages: [] }], NOW);
      await insert(message(), event({ occurredAt: NOW - 10 }));
      await store.purge({ deliveredBefore: NOW, deadBefore: NOW, now: NOW, limit: 1 });
      await store.purge({ deliveredBefore: NOW, deadBefore: NOW, now: NOW, limit: 1 });
      await store.purge({ deliveredBefore: NOW, deadBefore: NOW, now: NOW, limit: 10 });
      const left = (await rowsOf('event')).map((row) => Number(row.occurred_at));
      expect(left.sort()).toEqual([NOW - 10, NOW]);
    });

    it('reads instants beyond 32 bits as numbers', async () => {
      await insert();
      const claimed = await claimOne();
      await scratch().store.settle([{ ...dead(claimed, responded(500)), settledAt: NOW + 1 }]);
      const row = await scratch().store.findMessage(claimed.messageId);
      expect(row).toMatchObject({ createdAt: NOW, finishedAt: NOW + 1, lastAttemptAt: NOW });
      expect(row?.lastOutcome).not.toBe(unreachable.kind);
    });
  });
}
