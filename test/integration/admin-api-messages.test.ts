/** Messages, one and many, over the admin API: look, replay, cancel, send now, delete; and the events behind them. */
import type {
  ApiError,
  DeadLetterReason,
  EventView,
  JobView,
  MessageView,
  Page,
} from '../../server/src/panel/contract';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const HOUR_MS = 3_600_000;

describeEachDatabase('the admin API of messages and events', (database) => {
  let api: AdminApi;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);

  afterAll(async () => {
    await api?.close();
  });

  describe('messages', () => {
    it('are paged by key, newest first, and filtered by any field', async () => {
      const { topic, endpoint, ids } = await api.deadMessages(5);
      const seen: string[] = [];
      let cursor = '';
      do {
        const page: Page<MessageView> = await api.get(
          `/messages?topic=${topic.name}&pageSize=2${cursor}`
        );
        seen.push(...page.results.map(({ messageId }) => messageId));
        cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(seen).toEqual([...ids].reverse());

      const oldestFirst = `/messages?topic=${topic.name}&pageSize=3&sort=createdAt:asc`;
      const first = await api.get<Page<MessageView>>(oldestFirst);
      const second = await api.get<Page<MessageView>>(`${oldestFirst}&cursor=${first.nextCursor}`);
      const all = [...first.results, ...second.results];
      expect(all.map(({ messageId }) => messageId)).toEqual(ids);
      expect(second.nextCursor).toBeUndefined();
      expect((await api.call('GET', '/messages?sort=url:asc')).status).toBe(400);

      const count = async (query: string): Promise<number> =>
        (await api.get<Page<MessageView>>(`/messages?pageSize=100&${query}`)).results.length;
      const ours = `endpointId=${endpoint.id}`;
      expect(await count(`${ours}&state=dead,delivered`)).toBe(5);
      expect(await count(`${ours}&state=dead&state=canceled`)).toBe(5);
      expect(await count(`${ours}&state=delivered`)).toBe(0);
      expect(await count(`${ours}&status=500`)).toBe(5);
      expect(await count(`${ours}&status=404`)).toBe(0);
      expect(await count(`${ours}&event=${topic.name}`)).toBe(5);
      expect(await count(`messageId=${ids[0]},${ids[1]}`)).toBe(2);
      expect(await count(`search=${ids[0]}`)).toBe(1);
      expect(await count(`${ours}&from=${Date.now() + HOUR_MS}`)).toBe(0);
      expect(await count(`${ours}&to=${Date.now() + HOUR_MS}`)).toBe(5);
    });

    it('are grouped by the reason of their failure', async () => {
      const { endpoint } = await api.deadMessages(3);
      const groups = await api.get<DeadLetterReason[]>('/dead-letters/groups');
      expect(groups.find(({ endpointId }) => endpointId === endpoint.id)).toMatchObject({
        endpointName: endpoint.name,
        lastOutcome: 'responded',
        lastStatus: 500,
        lastError: null,
        count: 3,
      });
    });

    it('are replayed one by one: same id, attempts kept', async () => {
      const { ids } = await api.deadMessages(1);
      const [messageId] = ids;
      expect(await api.get(`/messages/${messageId}`)).toMatchObject({
        state: 'dead',
        dlqId: expect.any(String) as string,
        lastStatus: 500,
        attemptLog: [{ number: 1, status: 500 }],
      });
      // It is about no entry.
      expect(await api.get(`/messages/${messageId}/previous`)).toEqual({ previous: null });
      api.receiver.script([200]);
      expect((await api.call('POST', `/messages/${messageId}/replay`)).status).toBe(200);
      await api.deliver();
      expect(await api.get(`/messages/${messageId}`)).toMatchObject({
        state: 'delivered',
        attempts: 2,
        attemptLog: [
          { number: 1, trigger: null },
          { number: 2, status: 200, trigger: { kind: 'replay', actor: { kind: 'admin' } } },
        ],
      });
    });

    it('are canceled or sent now while they wait for a retry, not when finished', async () => {
      const topic = await api.createTopic();
      const retryPolicy = { kind: 'list' as const, delaysMs: [HOUR_MS] };
      await api.createEndpoint({
        url: `${api.receiver.url}/500`,
        topicIds: [topic.id],
        retryPolicy,
      });
      const first = await api.publish(topic);
      const second = await api.publish(topic);
      expect(await api.get(`/messages/${first}`)).toMatchObject({ state: 'pending', retried: 1 });

      expect(await api.post(`/messages/${first}/cancel`)).toMatchObject({ state: 'canceled' });
      await api.post(`/messages/${second}/send-now`);
      await api.deliver();
      expect(await api.get(`/messages/${second}`)).toMatchObject({
        state: 'dead',
        attempts: 2,
        attemptLog: [{ trigger: null }, { trigger: { kind: 'send-now' } }],
      });

      expect((await api.call('POST', `/messages/${first}/cancel`)).status).toBe(409);
      expect((await api.call('POST', `/messages/${second}/send-now`)).status).toBe(409);
    });

    it('of a selection are counted, then replayed; others are skipped', async () => {
      const { ids } = await api.deadMessages(2);
      const { topic } = await api.subscribe(200);
      const delivered = await api.publish(topic);
      const gone = await api.deadMessages(1);
      await api.call('DELETE', `/endpoints/${gone.endpoint.id}`);
      const messageIds = [...ids, gone.ids[0], 'msg_unknown'];

      expect(await api.post('/messages/replay', { messageIds, dryRun: true })).toEqual({
        dryRun: true,
        matched: 2,
      });
      expect(await api.stateOf(ids[0]!)).toBe('dead');
      expect(await api.post('/messages/replay', { messageIds })).toEqual({ changed: 2 });
      await api.deliver();
      expect(await api.get(`/messages/${ids[0]}`)).toMatchObject({ state: 'dead', attempts: 2 });

      expect(await api.post('/messages/cancel', { messageIds: [delivered] })).toEqual({
        changed: 0,
      });
      const toDelete = { messageIds: [...ids, delivered] };
      expect(await api.post('/messages/delete', toDelete)).toEqual({ changed: 3 });
      expect((await api.call('GET', `/messages/${ids[0]}`)).status).toBe(404);
    });

    it('that match a filter are replayed by a job: dead ones, unless another state is named', async () => {
      const { topic, ids } = await api.deadMessages(3);
      const filter = { topic: [topic.name] };
      expect(await api.post('/messages/replay', { filter, dryRun: true })).toEqual({
        dryRun: true,
        matched: 3,
        skipped: 0,
      });
      const begun = await api.call<{ job: JobView }>('POST', '/messages/replay', { filter });
      expect(begun.status).toBe(201);
      expect(begun.body.job).toMatchObject({
        kind: 'replay',
        filter: { topic: [topic.name], state: ['dead'] },
        total: 3,
      });
      await api.runtime.maintenance.stepJobs();
      await api.deliver();

      const job = await api.get<JobView>(`/jobs/${begun.body.job.id}`);
      expect(job).toMatchObject({ state: 'finished', total: 3, done: 3 });
      expect(await api.get('/jobs')).toContainEqual(job);
      const outcome = { replayed: 3, pending: 0, held: 0, failed: 3, canceled: 0, delivered: 0 };
      expect(job.outcome).toEqual(outcome);
      expect(await api.get(`/messages/${ids[0]}`)).toMatchObject({ attempts: 2 });
      expect((await api.call('POST', `/jobs/${job.id}/cancel`)).status).toBe(409);

      await api.post('/messages/delete', { filter });
      await api.runtime.maintenance.stepJobs();
      expect((await api.get<Page<MessageView>>(`/messages?topic=${topic.name}`)).results).toEqual(
        []
      );
    });

    it('are counted by what has become of them, job by job', async () => {
      const { ids, endpoint } = await api.deadMessages(4);
      const replay = async (messageId: string[]) =>
        (await api.call<{ job: JobView }>('POST', '/messages/replay', { filter: { messageId } }))
          .body.job.id;
      const outcomeOf = async (id: number) => (await api.get<JobView>(`/jobs/${id}`)).outcome;
      await api.post(`/endpoints/${endpoint.id}/pause`);
      const others = await replay([ids[3]!]);
      const mine = await replay(ids.slice(0, 3));
      await api.runtime.maintenance.stepJobs();
      const held = { replayed: 3, pending: 0, held: 3, failed: 0, canceled: 0, delivered: 0 };
      expect(await outcomeOf(mine)).toEqual(held);
      await api.post(`/messages/${ids[0]}/cancel`);
      api.receiver.script([200, 500, 500]);
      await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
      // Some may be delivered already.
      expect(await outcomeOf(mine)).toMatchObject({ held: 0, canceled: 1 });
      await api.deliver();
      const [own, other] = [await outcomeOf(mine), await outcomeOf(others)];
      expect(own).toMatchObject({ replayed: 3, pending: 0, canceled: 1 });
      expect(own!.delivered + own!.failed).toBe(2);
      expect(own!.delivered + other!.delivered).toBe(1);

      const sent = await api.get<Page<MessageView>>(`/messages?jobId=${mine}`);
      expect(sent.results.map(({ messageId }) => messageId).sort()).toEqual(ids.slice(0, 3).sort());
      const failed = await api.get<Page<MessageView>>(`/messages?jobId=${mine}&state=dead`);
      expect(failed.results).toHaveLength(own!.failed);
    });

    it('whose endpoint was deleted are skipped by a job, which counts them', async () => {
      const kept = await api.deadMessages(1);
      const deleted = await api.deadMessages(2);
      await api.call('DELETE', `/endpoints/${deleted.endpoint.id}`);
      const filter = { messageId: [...kept.ids, ...deleted.ids] };
      expect(await api.post('/messages/replay', { filter, dryRun: true })).toEqual({
        dryRun: true,
        matched: 1,
        skipped: 2,
      });
      const begun = await api.call<{ job: JobView }>('POST', '/messages/replay', { filter });
      await api.runtime.maintenance.stepJobs();
      await api.deliver();
      expect(await api.get<JobView>(`/jobs/${begun.body.job.id}`)).toMatchObject({
        state: 'finished',
        done: 3,
        skipped: 2,
      });
      expect(await api.get(`/messages/${kept.ids[0]}`)).toMatchObject({ attempts: 2 });
      for (const id of deleted.ids) {
        expect(await api.get(`/messages/${id}`)).toMatchObject({ state: 'dead', attempts: 1 });
      }
    });

    it('that are pending are canceled by a job', async () => {
      const { topic, endpoint } = await api.subscribe(200);
      await api.post(`/endpoints/${endpoint.id}/pause`);
      const messageId = await api.publish(topic);
      const filter = { endpointId: [endpoint.id] };
      await api.post('/messages/cancel', { filter });
      await api.runtime.maintenance.stepJobs();
      expect(await api.stateOf(messageId)).toBe('canceled');
    });
  });

  describe('requests that a receiver got', () => {
    it('are checked against their signature, with the place where it or the body differs', async () => {
      const { id } = await api.createEndpoint({ url: `${api.receiver.url}/200/checked` });
      await api.post(`/endpoints/${id}/test`);
      const { headers, body } = api.receiver.requests.findLast(
        ({ path }) => path === '/200/checked'
      )!;
      const pasted = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
        .map((name) => `-H '${name}: ${String(headers[name])}' \\`)
        .join('\n');
      const check = (text: string, sent = body.toString()) =>
        api.call<{ error?: ApiError['error'] }>('POST', `/endpoints/${id}/check-signature`, {
          headers: text,
          body: sent,
        });
      expect((await check(pasted)).body).toMatchObject({
        verdict: 'current',
        messageId: headers['webhook-id'],
      });
      await api.post(`/endpoints/${id}/rotate-secret`, { overlapMs: 60_000 });
      expect((await check(pasted)).body).toMatchObject({ verdict: 'previous' });
      expect((await check(pasted, '{}')).body).toMatchObject({ verdict: 'mismatch' });
      const given = Buffer.from('{"event":"trigger-test", "createdAt":0}');
      const at = body.findIndex((byte, index) => byte !== given[index]);
      expect((await check(pasted, given.toString())).body).toMatchObject({
        bodyDifference: { at, sentBytes: body.length, givenBytes: given.length },
        signatureDiffersAt: null,
      });
      const signature = String(headers['webhook-signature']);
      const forged = `${signature.slice(0, 9)}${signature[9] === 'A' ? 'B' : 'A'}${signature.slice(10)}`;
      const changed = pasted.replace(signature, forged);
      expect((await check(changed)).body).toMatchObject({
        verdict: 'mismatch',
        bodyDifference: null,
        signatureDiffersAt: 9,
      });
      const tester = await api.adminWith('endpoints.test');
      const blind = await tester('POST', `/endpoints/${id}/check-signature`, {
        headers: changed,
        body: '{}',
      });
      expect(blind.body).toMatchObject({ bodyDifference: null, signatureDiffersAt: null });
      const refused = await check('webhook-id: msg_1');
      expect(refused.status).toBe(400);
      expect(refused.body.error?.details.errors).toMatchObject([
        { path: ['headers'], message: 'headers lacks webhook-timestamp' },
      ]);
    });
  });

  describe('events', () => {
    it('are paged and read with their bytes and actor', async () => {
      const { topic } = await api.subscribe(200);
      for (const n of [1, 2, 3]) await api.publish(topic, { n });
      const first = await api.get<Page<EventView>>(
        `/events?name=${topic.name}&source=api&pageSize=2`
      );
      expect(first.results).toHaveLength(2);
      expect(first.results[0]).toMatchObject({
        total: 1,
        deliveries: [{ endpointId: expect.any(Number) as number, held: false }],
      });
      const rest = await api.get<Page<EventView>>(
        `/events?name=${topic.name}&pageSize=2&cursor=${first.nextCursor}`
      );
      expect(rest.results).toHaveLength(1);
      expect(rest.nextCursor).toBeUndefined();

      const id = rest.results[0]?.id;
      expect(await api.get(`/events/${id}`)).toMatchObject({
        name: topic.name,
        source: 'api',
        actor: { kind: 'admin', label: expect.any(String) as string },
        body: { text: '{"n":1}', encoding: 'utf8' },
        contentType: 'application/json',
      });
    });
  });
});
