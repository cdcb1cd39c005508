/** Topics and endpoints, and what attempts do to endpoints. */
import type { EndpointState } from '../../server/src/panel/contract';
import type { Settled } from '../../server/src/core/message/message';
import { databasesUnderTest } from '../support/databases';
import {
  NO_MESSAGES,
  claim,
  delivered,
  endpoint,
  event,
  gone,
  message,
  NOW,
  retry,
  topic,
} from './factories';
import { UID } from '../../server/src/store/sql/tables';
import { useScratch } from './scratch';

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    const endpointOf = async (id: number) =>
      (await store().listEndpoints()).find((record) => record.id === id);

    it('returns topics and endpoints as they were written, related both ways', async () => {
      const write = endpoint({
        headers: 'sealed:headers',
        retryPolicy: { kind: 'list', delaysMs: [1_000, 2_000] },
        signatures: ['standard', 'jwt', 'github', 'hmac'],
        signatureHeader: 'X-Signature',
        ignoredActors: [{ kind: 'api-token', id: 3, label: 'Search' }],
        documentLimit: 30,
        cloudEvents: true,
        previousSecretUntil: NOW,
        timeoutMs: 5_000,
        maxParallel: 3,
        jitterPercent: 0,
        finalStatuses: [400, 422],
      });
      const endpointId = await store().createEndpoint(write);
      const topicId = await store().createTopic(
        topic({ name: 'Nouveautés 😀', endpointIds: [endpointId], contentTypes: ['api::a.a'] })
      );
      expect(await store().listTopics()).toEqual([
        {
          id: topicId,
          name: 'Nouveautés 😀',
          description: null,
          enabled: true,
          events: ['entry.*'],
          contentTypes: ['api::a.a'],
          filter: null,
          managedBy: null,
          version: 1,
          endpointIds: [endpointId],
          createdAt: expect.any(Number) as number,
          updatedAt: expect.any(Number) as number,
        },
      ]);
      expect(await endpointOf(endpointId)).toMatchObject({
        ...write,
        id: endpointId,
        version: 1,
        topicIds: [topicId],
      });
      const [{ createdAt } = { createdAt: 0 }] = await store().listTopics();
      expect(Math.abs(createdAt - Date.now())).toBeLessThan(60_000);
    });

    it('changes the given fields, and keeps the rest', async () => {
      const a = await store().createEndpoint(endpoint());
      const b = await store().createEndpoint(endpoint());
      const id = await store().createTopic(topic({ endpointIds: [a], description: 'one' }));
      await store().updateTopic(id, { enabled: false });
      await store().updateTopic(id, { endpointIds: [b] });
      const [changed] = await store().listTopics();
      expect(changed).toMatchObject({ enabled: false, description: 'one', endpointIds: [b] });
      expect(changed?.version).toBe(3);
      await store().updateEndpoint(b, { topicIds: [] });
      expect((await store().listTopics())[0]?.endpointIds).toEqual([]);
    });

    it('refuses a name that is taken, and a concurrent edit', async () => {
      await store().createTopic(topic({ name: 'one' }));
      const id = await store().createTopic(topic({ name: 'two' }));
      await expect(store().createTopic(topic({ name: 'one' }))).rejects.toMatchObject({
        code: 'NAME_TAKEN',
        field: 'name',
      });
      await expect(store().updateTopic(id, { name: 'one' })).rejects.toMatchObject({
        code: 'NAME_TAKEN',
      });
      await store().updateTopic(id, { name: 'two', description: 'its own name is free' }, 1);
      await expect(store().updateTopic(id, { enabled: false }, 1)).rejects.toMatchObject({
        code: 'STALE_VERSION',
      });
      await expect(store().updateTopic(9_999, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store().updateEndpoint(9_999, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await store().listTopics()).toHaveLength(2);
    });

    it('gives a name to one of two concurrent requests', async () => {
      const results = await Promise.allSettled(
        [1, 2, 3].map(() => store().createEndpoint(endpoint({ name: 'same' })))
      );
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(2);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'NAME_TAKEN' });
    });

    it('has a new version after every change only', async () => {
      const seen = [await store().directoryVersion()];
      const note = async () => seen.push(await store().directoryVersion());
      const endpointId = await store().createEndpoint(endpoint());
      await note();
      const topicId = await store().createTopic(topic());
      await note();
      await store().updateTopic(topicId, { endpointIds: [endpointId] });
      await note();
      await store().updateEndpoint(endpointId, { state: 'paused' });
      await note();
      await store().deleteTopic(topicId);
      await note();
      await store().deleteEndpoint(endpointId, { cancelPending: false, now: NOW });
      await note();
      expect(new Set(seen).size).toBe(seen.length);
      expect(await scratch().otherNode().directoryVersion()).toBe(seen.at(-1));
    });

    it('has a new version after writes that do not pass through the store, and not after health', async () => {
      const { db, context } = scratch();
      const { tables } = context;
      const endpointId = await store().createEndpoint(endpoint());
      const seen = [await store().directoryVersion()];
      const note = async (written: PromiseLike<unknown>) => {
        await written;
        seen.push(await store().directoryVersion());
      };
      const rows = () => db.connection(tables.endpoint.name).where({ id: endpointId });

      const topics = db.query(UID.topic);
      await note(topics.create({ data: { name: 'direct', events: ['entry.*'] } }));
      await note(topics.update({ where: { name: 'direct' }, data: { endpoints: [endpointId] } }));
      await note(rows().update({ url: 'https://example.com/elsewhere' }));
      await note(rows().update({ timeout_ms: 1_234 }));
      await note(
        db.connection(tables.topic.name).where({ name: 'direct' }).update({ enabled: false })
      );
      await note(topics.delete({ where: { name: 'direct' } }));
      expect(new Set(seen).size).toBe(seen.length);

      const condition = {
        first_failure_at: NOW,
        breaker: '{}',
        expires_at: NOW,
        reconcile_at: NOW,
      };
      await note(rows().update({ ...condition, updated_at: new Date(NOW) }));
      expect(seen.at(-1)).toBe(seen.at(-2));
    });

    it('counts first changes that several nodes make at once', async () => {
      const writers = [store(), scratch().otherNode(), scratch().otherNode()];
      await Promise.all(writers.map((writer) => writer.createTopic(topic())));
      const before = await store().directoryVersion();
      expect(before).toMatch(/^3:/);
    });

    it('deletes a topic, and returns whether it existed', async () => {
      const endpointId = await store().createEndpoint(endpoint());
      const id = await store().createTopic(topic({ endpointIds: [endpointId] }));
      expect(await store().deleteTopic(id)).toBe(true);
      expect(await store().deleteTopic(id)).toBe(false);
      expect((await endpointOf(endpointId))?.topicIds).toEqual([]);
    });

    describe('deleting an endpoint', () => {
      const deleteIt = (id: number, cancelPending: boolean) =>
        store().deleteEndpoint(id, { cancelPending, now: NOW });

      it('refuses while its messages wait, unless they may be canceled', async () => {
        const id = await store().createEndpoint(endpoint());
        const messages = [
          message({ endpointId: id }),
          message({ endpointId: id }),
          message({ endpointId: id + 1 }),
        ];
        await store().insert([{ event: event(), messages }], NOW);
        await expect(deleteIt(id, false)).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await endpointOf(id)).toBeDefined();
        await deleteIt(id, true);
        expect(await store().finishDeletion(id, { now: NOW })).toEqual({ canceled: 2 });
        expect(await endpointOf(id)).toBeUndefined();
        const states = (await store().listMessages({}, { limit: 9 })).map(({ state }) => state);
        expect(states).toEqual(['pending', 'canceled', 'canceled']);
      });

      it('cancels its messages in batches, and continues after an interruption', async () => {
        const draft = endpoint();
        const id = await store().createEndpoint(draft);
        const topicId = await store().createTopic(topic({ endpointIds: [id] }));
        const messages = Array.from({ length: 1_200 }, () => message({ endpointId: id }));
        await store().insert([{ event: event(), messages }], NOW);
        const claimed = await store().claim(claim({ limit: 600 }));
        await deleteIt(id, true);
        expect(await endpointOf(id)).toBeUndefined();
        expect((await store().listTopics()).find((one) => one.id === topicId)?.endpointIds).toEqual(
          []
        );
        expect(await store().deletedEndpoints()).toEqual([{ id, since: NOW }]);
        await store().createEndpoint({ ...draft }); // its name is free
        await expect(deleteIt(id, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });

        let looks = 0;
        const isStopped = () => ++looks > 1;
        expect(await store().finishDeletion(id, { now: NOW, isStopped })).toEqual({
          canceled: 500,
        });
        expect(await store().deletedEndpoints()).toEqual([{ id, since: NOW }]);
        await store().release(claimed.slice(0, 10));
        const rest = await scratch().otherNode().finishDeletion(id, { now: NOW });
        expect(rest).toEqual({ canceled: 700 });
        expect(await store().deletedEndpoints()).toEqual([]);
        expect(await store().countByState(2_000)).toMatchObject({ canceled: 1_200 });
        expect(await store().finishDeletion(id, { now: NOW })).toEqual({ canceled: 0 });
      });

      it('is not undone by a replay of its messages', async () => {
        const id = await store().createEndpoint(endpoint());
        const messages = [message({ endpointId: id }), message({ endpointId: id })];
        const [canceled] = await store().insert([{ event: event(), messages }], NOW);
        await store().cancel([canceled!.id], NOW);
        await deleteIt(id, true);
        const filter = { state: ['canceled' as const] };
        await store().createJob({ kind: 'replay', filter, upTo: 1e9, total: 1, now: NOW });
        const step = { now: NOW, limit: 10, leaseMs: 1_000, token: 'a', ...NO_MESSAGES };
        expect(await store().stepJob(step)).toMatchObject({ done: 1, skipped: 1 });
      });

      it('that does not exist is an error', async () => {
        await expect(deleteIt(9_999, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });
    });

    describe('after an attempt', () => {
      async function claimFor(state: EndpointState) {
        const id = await store().createEndpoint(endpoint({ state }));
        await store().insert([{ event: event(), messages: [message({ endpointId: id })] }], NOW);
        const [claimed] = await store().claim(claim());
        return { id, claimed: claimed! };
      }

      /** With what it means for the endpoint, as the settlement writes it. */
      async function settle(settled: Settled) {
        await store().settle([settled]);
        for (const diagnosis of await store().diagnose([settled])) {
          expect(await store().writeDiagnosis(diagnosis)).toBe(true);
        }
      }

      it('410 disables the endpoint, with the reason, and keeps its message', async () => {
        const { id, claimed } = await claimFor('active');
        const version = await store().directoryVersion();
        await store().settle([gone(claimed)]);
        expect(await endpointOf(id)).toMatchObject({
          state: 'disabled',
          stateReason: 'The receiver answered 410 Gone.',
          stateChangedAt: NOW + 12,
          version: 1,
        });
        expect(await store().directoryVersion()).not.toBe(version);
        expect(await store().findMessage(claimed.messageId)).toMatchObject({
          state: 'pending',
          retried: 0,
        });
      });

      it('410 does not overrule a pause, or count when the lease was lost', async () => {
        const paused = await claimFor('paused');
        await store().settle([gone(paused.claimed)]);
        expect(await endpointOf(paused.id)).toMatchObject({ state: 'paused', stateReason: null });
        const { id, claimed } = await claimFor('active');
        await store().settle([gone({ ...claimed, leaseToken: 'stale' })]);
        expect((await endpointOf(id))?.state).toBe('active');
      });

      it('knows since when an endpoint has been failing, until it succeeds', async () => {
        const { id, claimed } = await claimFor('active');
        const version = await store().directoryVersion();
        await settle(retry(claimed, NOW));
        expect((await endpointOf(id))?.firstFailureAt).toBe(NOW);
        const [second] = await store().claim(claim());
        const late = retry(second!, NOW);
        await settle({ ...late, attempt: { ...late.attempt, startedAt: NOW + 500 } });
        expect((await endpointOf(id))?.firstFailureAt).toBe(NOW);
        const [third] = await store().claim(claim());
        await settle(delivered(third!));
        expect(await endpointOf(id)).toMatchObject({ firstFailureAt: null, version: 1 });
        expect(await store().directoryVersion()).toBe(version);
      });
    });
  });
}
