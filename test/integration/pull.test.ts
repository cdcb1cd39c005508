/** Receivers that claim their messages over HTTP, with the token that is made from their secret. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { Webhook } from 'standardwebhooks';

import type { EndpointsService } from '../../server/src/api/endpoints';
import type {
  EndpointInput,
  EndpointSecret,
  EndpointView,
  MessageDetail,
  MessageView,
  Overview,
  Page,
  TestSendResult,
  TopicView,
} from '../../server/src/panel/contract';
import type { PulledMessage, PullSettlement } from '../../server/src/core/message/pull';
import { describeEachDatabase, type HttpResponse } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const NOBODY = 'there is no endpoint to claim messages of for this token';

interface Refusal {
  error: string;
  field?: string;
}

const tokenOf = (secret: string): string => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return createHmac('sha256', key).update('manifest').digest('base64url');
};

describeEachDatabase('a receiver that claims its messages', (database) => {
  let api: AdminApi;
  let topic: TopicView;
  let endpoint: EndpointView & EndpointSecret;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);
  afterAll(async () => {
    await api?.close();
  });
  beforeEach(async () => {
    topic = await api.createTopic();
    endpoint = await subscribe();
  });

  const subscribe = (settings: Partial<EndpointInput> = {}) =>
    api.createEndpoint({ url: 'pull:', topicIds: [topic.id], ...settings });

  function call<Body>(
    what: 'claim' | 'settle',
    body: unknown,
    { id, token }: { id: number; token: string | null } = endpoint
  ): Promise<HttpResponse<Body>> {
    const path = `/api/guaranteed-webhooks/endpoints/${id}/${what}`;
    return api.app.http.as(token)<Body>('POST', path, body);
  }

  async function claim(input: object = {}, of = endpoint): Promise<PulledMessage[]> {
    const { status, body } = await call<{ messages: PulledMessage[] }>('claim', input, of);
    expect(status).toBe(200);
    return body.messages;
  }

  async function claimOne(input: object = {}, of = endpoint): Promise<PulledMessage> {
    const [only, ...others] = await claim(input, of);
    expect(others).toEqual([]);
    return only!;
  }

  async function settle(reports: object[], of = endpoint): Promise<PullSettlement> {
    const { status, body } = await call<PullSettlement>('settle', reports, of);
    expect(status).toBe(200);
    return body;
  }

  const report = ({ id, lease }: PulledMessage, outcome: object = { outcome: 'delivered' }) => ({
    id,
    lease,
    ...outcome,
  });

  const detail = (id: string) => api.get<MessageDetail>(`/messages/${id}`);

  /** As if its lease had ended. */
  async function endLeases(): Promise<void> {
    const { db } = api.app.strapi;
    const schema = db.getSchemaName();
    const rows = db.connection('gw_outbox');
    await (schema ? rows.withSchema(schema) : rows).update({ leased_until: 1 });
  }

  it('gets the headers and the bytes of a request, and settles', async () => {
    const id = await api.publish(topic, { hello: 'wörld' });
    expect(await api.stateOf(id)).toBe('pending');
    const message = await claimOne();
    expect(message).toMatchObject({ id, attempts: 0, method: 'POST', encoding: 'utf8' });
    expect(message.leasedUntil).toBeGreaterThan(Date.now());
    expect(new Webhook(endpoint.secret).verify(message.body, message.headers)).toEqual({
      hello: 'wörld',
    });
    expect(await api.stateOf(id)).toBe('active');
    expect(await claim()).toEqual([]);

    const settled = await settle([report(message, { outcome: 'delivered', body: 'kept' })]);
    expect(settled).toEqual({ settled: [id], refused: [] });
    const { state, attemptLog } = await detail(id);
    expect(state).toBe('delivered');
    expect(attemptLog).toMatchObject([
      {
        number: 1,
        status: 200,
        request: { url: 'pull:', method: 'POST', headers: { 'webhook-id': id } },
        response: { body: { text: 'kept' } },
      },
    ]);
    const { headers } = attemptLog[0]!.request;
    expect(headers['webhook-signature']).toBe(message.headers['webhook-signature']);
    expect(await api.deliver()).toBeUndefined();
    expect(api.received(id)).toEqual([]);
  });

  it('gets what an article causes, in bytes that its token and secret fit', async () => {
    const changes = await api.createTopic({ events: ['entry.*'], contentTypes: [ARTICLE] });
    const mine = await subscribe({ topicIds: [changes.id] });
    expect(mine.token).toBe(tokenOf(mine.secret));
    expect(mine.pullUrl).toMatch(
      new RegExp(`^http.*/api/guaranteed-webhooks/endpoints/${mine.id}$`)
    );
    await api.app.strapi.documents(ARTICLE).create({ data: { title: 'Claimed' } });
    const message = await claimOne({ waitS: 20 }, mine);
    expect(message.headers['X-Strapi-Event']).toBe('entry.create');
    expect(JSON.parse(message.body)).toMatchObject({ entry: { title: 'Claimed' } });
  });

  it('waits for a message without a database connection, and is answered when one is there', async () => {
    const { strapi } = api.app;
    const { pool } = strapi.db.connection.client as { pool: { max: number } };
    let arrived = 0;
    const arrivals = new Promise<void>((resolve) => {
      strapi.server.httpServer.on('request', function count() {
        arrived += 1;
        if (arrived < pool.max) return;
        strapi.server.httpServer.off('request', count);
        resolve();
      });
    });
    // If each kept a connection, there would be none to publish with.
    const waiting = Array.from({ length: pool.max }, () => claim({ waitS: 3 }));
    await arrivals;
    const id = await api.publish(topic);
    const answers = await Promise.all(waiting);
    expect(answers.flat().map((message) => message.id)).toEqual([id]);
  });

  it('is given a message again whose lease has ended; the old lease settles nothing', async () => {
    const id = await api.publish(topic);
    const lost = await claimOne();
    await endLeases();
    const again = await claimOne();
    expect(again.id).toBe(id);
    expect(again.lease).not.toBe(lost.lease);
    expect(await settle([report(lost)])).toEqual({ settled: [], refused: [id] });
    const untouched = await detail(id);
    expect([untouched.state, untouched.attemptLog]).toEqual(['active', []]);
    expect((await settle([report(again)])).settled).toEqual([id]);
    expect((await settle([report(again)])).refused).toEqual([id]);
    expect((await detail(id)).attemptLog).toHaveLength(1);
  });

  it('is given at once what a client has claimed and left', async () => {
    const gone = new AbortController();
    const { origin } = api.app.http;
    const arrived = once(api.app.strapi.server.httpServer, 'request');
    const left = fetch(`${origin}/api/guaranteed-webhooks/endpoints/${endpoint.id}/claim`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${endpoint.token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ waitS: 30 }),
      signal: gone.signal,
    });
    const [, response] = (await arrived) as [IncomingMessage, ServerResponse];
    gone.abort();
    await expect(left).rejects.toThrow();
    await once(response, 'close');
    const id = await api.publish(topic);
    expect((await claimOne({ waitS: 10 })).id).toBe(id);
  });

  it('retries, and gives up when the retries are used up', async () => {
    const delaysMs = [60_000];
    const mine = await subscribe({ retryPolicy: { kind: 'list', delaysMs } });
    const [, id] = await claimBoth(mine);
    const first = await api.get<MessageView>(`/messages/${id}`);
    expect(first).toMatchObject({ state: 'pending', retried: 1, lastStatus: 500 });
    expect(first.notBefore).toBeGreaterThan(Date.now() + 30_000);
    await api.post(`/messages/${id}/send-now`);
    const again = await claimOne({}, mine);
    expect(again).toMatchObject({ id, attempts: 1, headers: { 'Upstash-Retried': '1' } });
    await settle([report(again, { outcome: 'failed', error: 'the disk is full' })], mine);
    const { state, attemptLog } = await detail(id);
    expect(state).toBe('dead');
    expect(attemptLog.map(({ outcome, error }) => [outcome, error]).sort()).toEqual([
      ['responded', null],
      ['unreachable', 'the disk is full'],
    ]);
    await api.post(`/messages/${id}/replay`);
    expect((await claimOne({}, mine)).id).toBe(id);
  });

  /** Publishes to both endpoints, and fails the second one's message. @returns both ids. */
  async function claimBoth(mine: typeof endpoint): Promise<[string, string]> {
    await api.publish(topic);
    const [first, second] = [await claimOne(), await claimOne({}, mine)];
    await settle([report(second, { outcome: 'failed', body: 'no' })], mine);
    return [first.id, second.id];
  }

  it('asks for a longer wait, and names a status that is not retried', async () => {
    const mine = await subscribe({
      retryPolicy: { kind: 'list', delaysMs: [1_000, 1_000] },
      finalStatuses: [422],
    });
    await api.publish(topic);
    const message = await claimOne({}, mine);
    await settle([report(message, { outcome: 'failed', retryAfterS: 3_600 })], mine);
    const { notBefore, lastStatus } = await api.get<MessageView>(`/messages/${message.id}`);
    expect(lastStatus).toBe(503);
    expect(notBefore).toBeGreaterThan(Date.now() + 3_000_000);
    await api.post(`/messages/${message.id}/send-now`);
    const again = await claimOne({}, mine);
    await settle([report(again, { outcome: 'failed', status: 422 })], mine);
    expect(await api.stateOf(message.id)).toBe('dead');
  });

  it('gets nothing while it is paused, and then what waited; a test at any time', async () => {
    await api.post(`/endpoints/${endpoint.id}/pause`);
    const id = await api.publish(topic);
    expect(await claim()).toEqual([]);
    const testing = api.post<TestSendResult>(`/endpoints/${endpoint.id}/test`);
    const test = await claimOne({ waitS: 20 });
    await settle([report(test, { outcome: 'delivered', status: 204 })]);
    expect(await testing).toMatchObject({ messageId: test.id, attempt: { status: 204 } });
    await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
    expect((await claimOne()).id).toBe(id);
  });

  it('gets one message at a time while it is suspended, when a probe is due', async () => {
    for (let n = 0; n < 22; n += 1) await api.publish(topic, { n });
    const some = await claim({ max: 20 });
    await settle(some.map((one) => report(one, { outcome: 'failed' })));
    const view = await api.get<EndpointView>(`/endpoints/${endpoint.id}`);
    expect(view.breaker).not.toBeNull();
    expect(await claim()).toEqual([]);
    await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
    const probe = await claimOne();
    expect(await claim()).toEqual([]);
    await settle([report(probe)]);
    expect(await claim()).toHaveLength(1);
  });

  it('calls back, and is not late in the eyes of the overview', async () => {
    const url = `${api.receiver.url}/200/called-back`;
    const mine = await subscribe({ callbacks: { success: { url } } });
    await api.publish(topic);
    const message = await claimOne({}, mine);
    const { oldestDueAt } = await api.get<Overview>('/overview');
    expect(oldestDueAt).toBeNull();
    await settle([report(message, { outcome: 'delivered', body: 'stored' })], mine);
    await api.deliver();
    const called = await api.receiver.waitFor((all) =>
      all.some(({ path }) => path === '/200/called-back')
    );
    const { body } = called.find(({ path }) => path === '/200/called-back')!;
    expect(JSON.parse(body.toString())).toMatchObject({ status: 200, sourceMessageId: message.id });
  });

  it('takes the token of a replaced secret for as long as it signs', async () => {
    const { id, secret, token } = endpoint;
    const rotated = await api.post<EndpointSecret>(`/endpoints/${id}/rotate-secret`, {});
    expect(rotated.token).toBe(tokenOf(rotated.secret));
    expect(rotated.secret).not.toBe(secret);
    expect(await claim()).toEqual([]);
    endpoint = { ...endpoint, ...rotated };
    expect(await claim()).toEqual([]);
    await api.post(`/endpoints/${id}/rotate-secret`, { overlapMs: 0, force: true });
    for (const old of [token, rotated.token]) {
      const { status } = await call('claim', {}, { id, token: old });
      expect(status).toBe(404);
    }
  });

  it('is refused without its own token, and settles nothing of others', async () => {
    const pushed = await api.createEndpoint({ topicIds: [] });
    const other = await subscribe();
    const tries = [
      { id: endpoint.id, token: null },
      { id: endpoint.id, token: 'nonsense' },
      { id: endpoint.id, token: other.token },
      { id: endpoint.id, token: api.app.http.apiToken },
      { id: pushed.id, token: pushed.token },
      { id: 999_999, token: endpoint.token },
    ];
    for (const one of tries) {
      for (const what of ['claim', 'settle'] as const) {
        const { status, body } = await call<Refusal>(what, {}, one);
        expect([status, body]).toEqual([404, { error: NOBODY }]);
      }
    }
    await api.publish(topic);
    const theirs = await claimOne({}, other);
    expect(await settle([report(theirs)])).toEqual({ settled: [], refused: [theirs.id] });
    expect(await api.stateOf(theirs.id)).toBe('active');
  });

  it('refuses wrong input at the field', async () => {
    const message = { id: 'm', lease: 'l' };
    const failed = { ...message, outcome: 'failed' };
    const delivered = { ...message, outcome: 'delivered' };
    const wrong: ['claim' | 'settle', unknown, string | undefined][] = [
      ['claim', { max: 0 }, 'max'],
      ['claim', { max: 101 }, 'max'],
      ['claim', { waitS: 61 }, 'waitS'],
      ['claim', { leaseS: 0 }, 'leaseS'],
      ['claim', { count: 1 }, 'count'],
      ['settle', [], undefined],
      ['settle', {}, undefined],
      ['settle', [{ lease: 'l', outcome: 'delivered' }], '0.id'],
      ['settle', [{ ...message, outcome: 'done' }], '0.outcome'],
      ['settle', [{ ...delivered, status: 500 }], '0.status'],
      ['settle', [{ ...delivered, error: 'x' }], '0.error'],
      ['settle', [{ ...failed, status: 204 }], '0.status'],
      ['settle', [{ ...failed, status: 500, retryAfterS: 1 }], '0.retryAfterS'],
      ['settle', [{ ...failed, error: 'x', body: 'y' }], '0.error'],
      ['settle', [failed, { ...failed, lease: 'k' }], '1.id'],
    ];
    for (const [what, input, field] of wrong) {
      const { status, body } = await call<Refusal>(what, input);
      expect([input, status, body.field]).toEqual([input, 400, field]);
    }
  });

  it('has no settings of sending', async () => {
    const settings = {
      timeoutMs: 5_000,
      maxParallel: 3,
      rateLimit: { count: 1, per: 'second' },
    };
    for (const [field, value] of Object.entries(settings)) {
      const input = { name: 'x', url: 'pull:', topicIds: [], [field]: value };
      const { status, body } = await api.call('POST', '/endpoints', input);
      expect([status, body.error.details.errors?.[0]?.path]).toEqual([400, [field]]);
    }
  });

  it('turns into one that is sent its messages, and back, with what waits', async () => {
    const id = await api.publish(topic);
    const endpoints = api.app.strapi
      .plugin('guaranteed-webhooks')
      .service<EndpointsService>('endpoints');
    const { version } = await endpoints.get(endpoint.id);
    const url = `${api.receiver.url}/200`;
    const sent = await endpoints.update(endpoint.id, { url }, version);
    expect(sent.pullUrl).toBeNull();
    await api.deliver();
    expect(await api.stateOf(id)).toBe('delivered');
    await endpoints.update(endpoint.id, { url: 'pull:' }, sent.version);
    const next = await api.publish(topic);
    expect((await claimOne()).id).toBe(next);
    const { results } = await api.get<Page<MessageView>>(`/messages?endpointId=${endpoint.id}`);
    expect(results).toHaveLength(2);
  });

  it('is created, changed and kept by upsert', async () => {
    const endpoints = api.app.strapi
      .plugin('guaranteed-webhooks')
      .service<EndpointsService>('endpoints');
    const input = { name: `pulled ${endpoint.id}`, url: 'pull:', topicIds: [topic.id] };
    const made = await endpoints.upsert(input);
    expect(made).toMatchObject({ outcome: 'created', token: tokenOf(made.secret ?? '') });
    expect((await endpoints.upsert(input)).outcome).toBe('unchanged');
  });
});
