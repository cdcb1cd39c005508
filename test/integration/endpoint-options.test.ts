/** What an endpoint asks for, as it arrives at a real receiver. */
import { createHmac } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

import type { EndpointSecret, EndpointView } from '../../server/src/panel/contract';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

describeEachDatabase('options of an endpoint', (database) => {
  let api: AdminApi;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
    // Each endpoint has a path of its own.
    let made = 0;
    const { createEndpoint } = api;
    api.createEndpoint = (input = {}) =>
      createEndpoint({ url: `${api.receiver.url}/200/${++made}`, ...input });
  }, 120_000);

  afterAll(async () => {
    await api?.close();
  });

  it('describes events as CloudEvents in binary mode, and nothing else changes', async () => {
    const topic = await api.createTopic({
      events: ['entry.create'],
      contentTypes: ['api::article.article'],
    });
    const topicIds = [topic.id];
    const described = await api.createEndpoint({ topicIds, cloudEvents: true });
    const plain = await api.createEndpoint({ topicIds });
    const { data } = await api.app.http.ok(
      api.app.http.api<{ data: { documentId: string } }>('POST', '/api/articles', {
        data: { title: 'Größe' },
      })
    );
    await api.deliver();
    const sent = (endpoint: EndpointView) => {
      const found = api.receiver.requests.find(
        ({ path, headers }) =>
          path === new URL(endpoint.url).pathname && headers['x-strapi-event'] === 'entry.create'
      );
      if (found === undefined) throw new Error(`nothing was sent to ${endpoint.url}`);
      return found;
    };
    const { headers, body } = sent(described);
    expect(headers).toMatchObject({
      'ce-specversion': '1.0',
      'ce-id': headers['webhook-id'],
      'ce-source': api.app.strapi.config.get('server.absoluteUrl'),
      'ce-type': 'entry.create',
      'ce-subject': `api::article.article/${data.documentId}`,
      'ce-time': (JSON.parse(body.toString()) as { createdAt: string }).createdAt,
      'content-type': 'application/json',
    });
    const other = sent(plain);
    expect(other.body).toEqual(body);
    expect(Object.keys(other.headers).filter((name) => name.startsWith('ce-'))).toEqual([]);

    const { version, id } = await api.get<EndpointView>(`/endpoints/${described.id}`);
    await api.call('PUT', `/endpoints/${id}`, { version, cloudEvents: false });
    await api.call('POST', `/messages/${String(headers['webhook-id'])}/replay`);
    await api.deliver();
    const [, again] = api.received(String(headers['webhook-id']));
    expect(again?.headers['ce-id']).toBeUndefined();
    await api.call('DELETE', `/topics/${topic.id}`);
  });

  it('signs with a secret of the receiver’s, in the headers it knows, at each attempt as set by then', async () => {
    const own = 'correct horse battery staple';
    const topic = await api.createTopic();
    const endpoint = await api.createEndpoint({
      topicIds: [topic.id],
      secret: own,
      signatures: ['standard', 'github', 'hmac'],
      signatureHeader: 'X-Shop-Signature',
    });
    expect(endpoint.secret).toBe(own);
    const hexOf = (secret: string, body: Buffer): string =>
      createHmac('sha256', secret).update(body).digest('hex');
    const sentNow = async () => {
      const { body, headers } = api.received(await api.publish(topic))[0]!;
      return { body, headers: headers as Record<string, string> };
    };

    const first = await sentNow();
    expect(first.headers).toMatchObject({
      'x-hub-signature-256': `sha256=${hexOf(own, first.body)}`,
      'x-shop-signature': hexOf(own, first.body),
    });
    const asText = { format: 'raw' } as const;
    expect(new Webhook(own, asText).verify(first.body, first.headers)).toBeDefined();

    const path = `/endpoints/${endpoint.id}`;
    const next = 'another secret of the receiver';
    const rotated = await api.post<EndpointView & EndpointSecret>(`${path}/rotate-secret`, {
      secret: next,
    });
    expect(rotated.secret).toBe(next);
    const second = await sentNow();
    expect(second.headers['x-shop-signature']).toBe(hexOf(next, second.body));
    for (const secret of [own, next]) {
      expect(new Webhook(secret, asText).verify(second.body, second.headers)).toBeDefined();
    }

    const plain = { signatures: ['standard'], version: rotated.version };
    const { body } = await api.call<EndpointView>('PUT', path, plain);
    expect(body).toMatchObject({ signatures: ['standard'], signatureHeader: null });
    const third = await sentNow();
    expect(Object.keys(third.headers)).not.toEqual(expect.arrayContaining(['x-hub-signature-256']));
    expect(JSON.stringify(await api.get(path))).not.toContain(next);
  });
});
