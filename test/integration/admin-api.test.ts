/** The admin API on a booted Strapi: each route does what it says, on real messages to a real receiver. */
import { Webhook } from 'standardwebhooks';

import type {
  Catalog,
  EndpointCounts,
  EndpointSecret,
  EndpointView,
  MessageDetail,
  MessageView,
  Overview,
  Page,
  TestSendResult,
  TopicView,
} from '../../server/src/panel/contract';
import type { PublishResult } from '../../server/src/api/publisher';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const HOUR_MS = 3_600_000;

describeEachDatabase('the admin API', (database) => {
  let api: AdminApi;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);

  afterAll(async () => {
    await api?.close();
  });

  describe('catalog', () => {
    it('lists the events and content types a topic can name, custom events included', async () => {
      const { allowedEvents } = api.app.strapi.get<{ allowedEvents: Map<string, string> }>(
        'webhookStore'
      );
      allowedEvents.set('ORDER_PAID', 'order.paid');

      const { events, contentTypes } = await api.get<Catalog>('/catalog');

      expect(events).toEqual(
        expect.arrayContaining([
          { name: 'entry.publish', group: 'entry', needsContentType: true },
          { name: 'media.delete', group: 'media', needsContentType: false },
          { name: 'releases.publish', group: 'release', needsContentType: false },
          { name: 'order.paid', group: 'custom', needsContentType: false },
        ])
      );
      expect(contentTypes).toContainEqual(
        expect.objectContaining({
          uid: 'api::article.article',
          kind: 'collectionType',
          draftAndPublish: true,
          localized: true,
        })
      );
      const visible = contentTypes.filter(({ hidden }) => !hidden).map(({ uid }) => uid);
      expect(visible).toContain('plugin::users-permissions.user');
      expect(visible.join()).not.toMatch(/guaranteed-webhooks|plugin::i18n|admin::|strapi::/);
      const hidden = contentTypes.filter((type) => type.hidden).map(({ uid }) => uid);
      expect(hidden).toEqual(expect.arrayContaining(['plugin::i18n.locale', 'admin::user']));
      expect(contentTypes).toHaveLength(Object.keys(api.app.strapi.contentTypes).length);
      await api.post('/topics', { name: 'orders', events: ['order.*'], contentTypes: null });
    });
  });

  describe('topics', () => {
    it('can name content types that plugins hide from the Content Manager', async () => {
      const topic = await api.createTopic({
        events: ['entry.create'],
        contentTypes: ['plugin::i18n.locale'],
      });
      const url = `${api.receiver.url}/200/hidden`;
      const endpoint = await api.createEndpoint({ url, topicIds: [topic.id] });
      await api.app.strapi
        .documents('plugin::i18n.locale')
        .create({ data: { code: 'pt', name: 'Portuguese (pt)' } });
      await api.deliver();
      const bodies = api.receiver.requests
        .filter(({ path }) => path === '/200/hidden')
        .map(({ body }) => JSON.parse(body.toString()) as { event: string; uid: string });
      expect(bodies).toEqual([
        expect.objectContaining({ event: 'entry.create', uid: 'plugin::i18n.locale' }),
      ]);
      await api.call('DELETE', `/endpoints/${endpoint.id}`);
      await api.call('DELETE', `/topics/${topic.id}`);
    });

    it('are created, listed, read, changed and deleted', async () => {
      const endpoint = await api.createEndpoint();
      const created = await api.call<TopicView>('POST', '/topics', {
        name: 'articles',
        description: 'What the shop window shows',
        events: ['entry.publish', 'entry.publish', 'media.*'],
        contentTypes: ['api::article.article'],
        endpointIds: [endpoint.id],
      });
      expect(created.status).toBe(201);
      const { id } = created.body;
      expect(created.body).toMatchObject({
        name: 'articles',
        enabled: true,
        events: ['entry.publish', 'media.*'],
        contentTypes: ['api::article.article'],
        version: 1,
        endpoints: [{ id: endpoint.id, name: endpoint.name, url: endpoint.url, state: 'active' }],
      });
      expect(await api.get('/topics')).toContainEqual(created.body);
      expect(await api.get(`/topics/${id}`)).toEqual(created.body);

      const change = { name: 'articles', enabled: false, events: ['*'], contentTypes: null };
      const changed = await api.call('PUT', `/topics/${id}`, { ...change, version: 1 });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({
        ...change,
        version: 2,
        description: 'What the shop window shows',
        endpoints: [{ id: endpoint.id }],
      });

      expect((await api.call('DELETE', `/topics/${id}`)).body).toEqual({ id });
      expect((await api.call('GET', `/topics/${id}`)).status).toBe(404);
    });

    it('capture as soon as the response is there', async () => {
      const endpoint = await api.createEndpoint({ url: `${api.receiver.url}/200/captured` });
      await api.createTopic({
        events: ['entry.create'],
        contentTypes: ['api::author.author'],
        endpointIds: [endpoint.id],
      });
      await api.app.http.ok(
        api.app.http.api('POST', '/api/authors', { data: { name: 'Grace Hopper' } })
      );
      const requests = await api.receiver.waitFor((all) =>
        all.some(({ path }) => path === '/200/captured')
      );
      const request = requests.find(({ path }) => path === '/200/captured');
      expect(request?.headers['x-strapi-event']).toBe('entry.create');
    });

    it('are published to by name: exact bytes, own headers, one message per endpoint', async () => {
      const { topic, endpoint } = await api.subscribe(200);
      const second = await api.createEndpoint({ topicIds: [topic.id] });
      const response = await api.call<PublishResult>('POST', `/topics/${topic.id}/publish`, {
        payload: { order: 7, note: 'grüße 🎈' },
        event: 'order.paid',
        headers: { 'X-Trace': 'abc' },
      });
      expect(response.status).toBe(201);
      expect(response.body).toMatchObject({ deduplicated: false });
      expect(response.body.messageIds).toHaveLength(2);
      await api.deliver();

      const { results } = await api.get<Page<MessageView>>(`/messages?topic=${topic.name}`);
      expect(results.map(({ endpointId }) => endpointId).sort()).toEqual(
        [endpoint.id, second.id].sort()
      );
      const [messageId = ''] = response.body.messageIds;
      const sent = api.received(messageId)[0];
      expect(sent?.body.toString('utf8')).toBe('{"order":7,"note":"grüße 🎈"}');
      expect(sent?.headers).toMatchObject({ 'x-trace': 'abc', 'x-strapi-event': 'order.paid' });
      const detail = await api.get<MessageDetail>(`/messages/${messageId}`);
      expect(detail).toMatchObject({
        state: 'delivered',
        cause: { source: 'api', actor: { kind: 'admin' } },
      });
      expect(detail.siblings).toHaveLength(1);
    });
  });

  describe('endpoints', () => {
    it('are created with a secret that is returned once and verifies deliveries', async () => {
      const { topic, endpoint } = await api.subscribe(200);
      const messageId = await api.publish(topic);
      const sent = api.received(messageId)[0]!;
      const verify = () =>
        new Webhook(endpoint.secret).verify(sent.body, sent.headers as Record<string, string>);

      expect(endpoint.secret).toMatch(/^whsec_/);
      expect(verify()).toEqual({ hello: 'world' });
      const read = JSON.stringify([
        await api.get('/endpoints'),
        await api.get(`/endpoints/${endpoint.id}`),
        await api.get('/overview'),
      ]);
      expect(read).not.toContain('whsec_');
    });

    it('have the documented defaults', async () => {
      const { body } = await api.call('POST', '/endpoints', {
        name: 'all defaults',
        url: 'https://example.com/hook',
        topicIds: [],
      });
      expect(body).toMatchObject({
        method: 'POST',
        state: 'active',
        headers: [],
        retryPolicy: { kind: 'preset', preset: 'standard' },
        jitterPercent: 20,
        finalStatuses: [],
        timeoutMs: null,
        signatures: ['standard'],
        signatureHeader: null,
        ignoredActors: [],
        documentLimit: null,
        cloudEvents: false,
        maxParallel: null,
        problem: null,
        version: 1,
      });
    });

    it('preview a retry policy before it is saved', async () => {
      const preview = (retryPolicy: unknown) =>
        api.post('/endpoints/retry-preview', { retryPolicy });
      expect(await preview({ kind: 'list', delaysMs: [500, 1_000] })).toEqual({
        delaysMs: [500, 1_000],
      });
      expect(
        await preview({ kind: 'expression', expression: 'pow(2, retried) * 1000', maxRetries: 3 })
      ).toEqual({ delaysMs: [1_000, 2_000, 4_000] });
    });

    it('keep what a change does not mention, also secret headers', async () => {
      const headers = [
        { name: 'X-Key', value: 'hush', secret: true },
        { name: 'X-Shop', value: 'north', secret: false },
      ];
      const topic = await api.createTopic();
      const { id, name, url } = await api.createEndpoint({
        headers,
        topicIds: [topic.id],
        timeoutMs: 5_000,
      });
      const read = await api.get<EndpointView>(`/endpoints/${id}`);
      expect(read.headers).toEqual([{ ...headers[0], value: null }, headers[1]]);

      const change = { name: `${name} renamed`, url, topicIds: [topic.id], headers: read.headers };
      const changed = await api.call('PUT', `/endpoints/${id}`, {
        ...change,
        version: read.version,
      });
      expect(changed.body).toMatchObject({
        name: change.name,
        headers: change.headers,
        topics: [{ id: topic.id, name: topic.name }],
        version: read.version + 1,
        timeoutMs: 5_000,
      });

      const messageId = await api.publish(topic);
      const sent = api.received(messageId)[0];
      expect(sent?.headers).toMatchObject({ 'x-key': 'hush', 'x-shop': 'north' });

      const stale = await api.call('PUT', `/endpoints/${id}`, { ...change, version: read.version });
      expect(stale.status).toBe(409);
      expect(stale.body.error.details.code).toBe('STALE_VERSION');
    });

    it('never show or log the value of a secret header, whatever its name', async () => {
      const topic = await api.createTopic();
      const headers = [{ name: 'X-Plain-Looking', value: 'c0nfidential', secret: true }];
      const endpoint = await api.createEndpoint({ topicIds: [topic.id], headers });
      const messageId = await api.publish(topic);
      const seen = [
        await api.get('/endpoints'),
        await api.get(`/endpoints/${endpoint.id}`),
        await api.get(`/messages/${messageId}`),
      ];
      expect(JSON.stringify(seen)).not.toContain('c0nfidential');
      const table = api.app.strapi.db.query('plugin::guaranteed-webhooks.endpoint');
      const stored: unknown = await table.findOne({ where: { id: endpoint.id } });
      expect(JSON.stringify(stored)).not.toContain('c0nfidential');
      expect(JSON.stringify(stored)).not.toContain(endpoint.secret);
    });

    it('hold messages while paused, and send them when resumed', async () => {
      const { topic, endpoint } = await api.subscribe(200);
      const reason = 'moving house';
      expect(await api.post(`/endpoints/${endpoint.id}/pause`, { reason })).toMatchObject({
        state: 'paused',
        stateReason: reason,
      });
      const messageId = await api.publish(topic);
      expect(await api.get(`/messages/${messageId}`)).toMatchObject({
        state: 'pending',
        held: true,
      });
      expect(
        (await api.get<{ counts: EndpointCounts }>(`/endpoints/${endpoint.id}`)).counts
      ).toEqual({ pending: 1, dead: 0 });
      expect((await api.call('POST', `/messages/${messageId}/send-now`)).status).toBe(409);

      const resumed = await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
      expect(resumed).toMatchObject({ state: 'active', stateReason: null, count: 1 });
      await api.deliver();
      expect(await api.stateOf(messageId)).toBe('delivered');
    });

    it('skip the messages on hold on request, and no later ones', async () => {
      const { topic, endpoint } = await api.subscribe(200);
      await api.post(`/endpoints/${endpoint.id}/pause`);
      const held = await api.publish(topic);
      const resumed = await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'skip' });
      const later = await api.publish(topic);
      expect(resumed).toMatchObject({ state: 'active', count: 1 });
      expect(await api.stateOf(held)).toBe('canceled');
      expect(await api.stateOf(later)).toBe('delivered');
      expect(api.received(held)).toEqual([]);
    });

    it('can be enabled again after a 410, with their messages on hold', async () => {
      const { topic, endpoint } = await api.subscribe(410);
      const messageId = await api.publish(topic);
      const disabled = await api.get<EndpointView>(`/endpoints/${endpoint.id}`);
      expect(disabled).toMatchObject({
        state: 'disabled',
        stateReason: expect.stringContaining('410') as string,
      });
      expect((await api.call('POST', `/endpoints/${endpoint.id}/pause`)).status).toBe(409);

      const { name } = endpoint;
      const repaired = { name, url: `${api.receiver.url}/200`, topicIds: [topic.id] };
      await api.call('PUT', `/endpoints/${endpoint.id}`, {
        ...repaired,
        version: disabled.version,
      });
      await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
      await api.deliver();
      expect(await api.get(`/messages/${messageId}`)).toMatchObject({
        state: 'delivered',
        attempts: 2,
      });
    });

    it('rotate their secret: both sign during the overlap, and a second rotation is refused', async () => {
      const { topic, endpoint } = await api.subscribe(200);
      const path = `/endpoints/${endpoint.id}/rotate-secret`;
      const rotated = await api.post<EndpointView & EndpointSecret>(path, { overlapMs: HOUR_MS });
      expect(rotated.secret).toMatch(/^whsec_/);
      expect(rotated.secret).not.toBe(endpoint.secret);
      expect(rotated.previousSecretUntil).toBeGreaterThan(Date.now());

      const messageId = await api.publish(topic);
      const sent = api.received(messageId)[0]!;
      for (const secret of [endpoint.secret, rotated.secret]) {
        const headers = sent.headers as Record<string, string>;
        expect(new Webhook(secret).verify(sent.body, headers)).toEqual({ hello: 'world' });
      }

      const again = await api.call('POST', path, {});
      expect(again.status).toBe(409);
      expect(again.body.error.details).toMatchObject({
        code: 'CONFLICT',
        errors: [{ path: ['force'] }],
      });
      const forced = await api.post<EndpointView>(path, { force: true, overlapMs: 0 });
      expect(forced.previousSecretUntil).toBeNull();
    });

    it.each([
      [200, 'delivered', 'active'],
      [503, 'canceled', 'active'],
      [200, 'delivered', 'paused'],
      [410, 'canceled', 'paused'],
    ])(
      'are tested by a real message: %i makes it %s (endpoint %s)',
      async (status, state, before) => {
        const { endpoint } = await api.subscribe(status);
        if (before === 'paused') await api.post(`/endpoints/${endpoint.id}/pause`);

        const { messageId, attempt } = await api.post<TestSendResult>(
          `/endpoints/${endpoint.id}/test`
        );

        expect(attempt).toMatchObject({ number: 1, outcome: 'responded', status });
        expect(await api.stateOf(messageId)).toBe(state);
        const sent = api.received(messageId);
        expect(sent).toHaveLength(1);
        expect(sent[0]?.headers['x-strapi-event']).toBe('trigger-test');
        expect(JSON.parse(sent[0]!.body.toString())).toEqual({
          event: 'trigger-test',
          createdAt: expect.any(String) as string,
        });
      }
    );

    it('are not deleted while they have pending messages, unless these may be canceled', async () => {
      const { topic, endpoint } = await api.subscribe(200);
      await api.post(`/endpoints/${endpoint.id}/pause`);
      const messageId = await api.publish(topic);

      const refused = await api.call('DELETE', `/endpoints/${endpoint.id}`);
      expect(refused.status).toBe(409);
      expect(refused.body.error.message).toMatch(/\b1\b/);

      const path = `/endpoints/${endpoint.id}?cancelPending=true`;
      expect((await api.call('DELETE', path)).body).toEqual({ id: endpoint.id, canceled: 1 });
      expect(await api.stateOf(messageId)).toBe('canceled');

      const replay = await api.call('POST', `/messages/${messageId}/replay`);
      expect(replay.status).toBe(409);
      expect(replay.body.error.message).toContain(endpoint.name);
    });
  });

  describe('overview', () => {
    it('counts, and lists endpoints that need attention', async () => {
      const { endpoint } = await api.deadMessages(1);
      const paused = await api.subscribe(200);
      await api.post(`/endpoints/${paused.endpoint.id}/pause`, { reason: 'holiday' });
      await api.publish(paused.topic);
      const patient = await api.createTopic();
      await api.createEndpoint({
        url: `${api.receiver.url}/503`,
        topicIds: [patient.id],
        retryPolicy: { kind: 'list', delaysMs: [HOUR_MS] },
      });
      const retried = await api.publish(patient);

      const overview = await api.get<Overview>('/overview');

      expect(overview.counts.dead).toBeGreaterThanOrEqual(1);
      expect(overview.counts.delivered).toBeGreaterThanOrEqual(1);
      expect(overview.held).toBeGreaterThanOrEqual(1);
      const listed = async (displayed: string) =>
        (await api.get<Page<MessageView>>(`/messages?displayed=${displayed}&pageSize=100`)).results;
      const onHold = await listed('held');
      expect(onHold.every(({ held }) => held)).toBe(true);
      expect(onHold).toHaveLength(overview.held);
      expect(await listed('pending,retrying')).toHaveLength(overview.waiting);
      const retrying = (await listed('retrying')).map(({ messageId }) => messageId);
      expect(retrying).toContain(retried);
      expect(retrying).toHaveLength(overview.retrying ?? -1);
      await api.post(`/messages/${retried}/cancel`);
      expect(overview.oldestDueAt).toBeNull(); // all that waits is held
      expect(overview.dispatcher).toMatchObject({ enabled: true });
      const names = overview.endpointsInTrouble.map(({ name }) => name);
      expect(names.indexOf(endpoint.name)).toBeGreaterThanOrEqual(0);
      expect(names.indexOf(paused.endpoint.name)).toBeGreaterThan(names.indexOf(endpoint.name));
      expect(overview.warnings).toEqual([]);
    });

    it("warns of Strapi's own webhook to the same URL, and only while both would send", async () => {
      const url = `${api.receiver.url}/200/twice`;
      const topic = await api.createTopic({ events: ['entry.*'] });
      await api.createEndpoint({ name: 'ours', url, topicIds: [topic.id] });
      const webhooks = api.app.strapi.get<{
        createWebhook(data: object): Promise<{ id: string }>;
        deleteWebhook(id: string): Promise<unknown>;
      }>('webhookStore');
      const events = ['entry.publish', 'media.create'];
      const { id } = await webhooks.createWebhook({ name: 'theirs', url, headers: {}, events });

      const [warning] = (await api.get<Overview>('/overview')).warnings;
      expect(warning).toMatch(/theirs.*ours.*entry\.publish/);
      expect(warning).not.toContain('media.create');

      await webhooks.createWebhook({
        name: 'media only',
        url,
        headers: {},
        events: ['media.create'],
      });
      await webhooks.deleteWebhook(id);
      expect((await api.get<Overview>('/overview')).warnings).toEqual([]);
    });
  });
});
