/**
 * Two articles of Upstash, with this plugin in place of the service: guaranteed delivery of Strapi's
 * webhooks, and a callback that stores the response of a slow API. See `docs/guides/strapi-webhooks-through-qstash-api.md` and `docs/guides/callbacks.md`.
 */
import type { TopicView } from '../../server/src/panel/contract';
import type { CallbacksService } from '../../server/src/api/callbacks';
import type { PublisherService } from '../../server/src/api/publisher';
import type { Received } from '../support/receiver';
import { bootQstash, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
});
afterAll(() => qstash.close());

const panel = <T>(method: string, path: string, body?: object): Promise<T> =>
  qstash.app.http.ok(qstash.app.http.admin<T>(method, path, body));

const at = (path: string): Received[] =>
  qstash.receiver.requests.filter((request) => request.path === path);

const bodyOf = (request: Received | undefined) =>
  JSON.parse(String(request?.body)) as { event: string; model: string; entry: { name: string } };

describe('one of Strapi’s own webhooks that publishes to the QStash API', () => {
  beforeAll(async () => {
    const topic = await panel<TopicView>('POST', '/guaranteed-webhooks/topics', {
      name: 'strapi.create',
      events: [],
      contentTypes: null,
    });
    await panel('POST', '/guaranteed-webhooks/endpoints', {
      name: 'first',
      url: `${qstash.receiver.url}/first`,
      topicIds: [topic.id],
      retryPolicy: { kind: 'list', delaysMs: [0] },
      signatures: ['standard', 'jwt'],
    });
    const token = await qstash.token(['v2-messages.publish']);
    await panel('POST', '/admin/webhooks', {
      name: 'create',
      url: `${qstash.url}/v2/publish/strapi.create`,
      headers: { Authorization: `Bearer ${token}` },
      events: ['entry.create'],
    });
  });

  const createAuthor = (name: string) =>
    qstash.app.http.ok(qstash.app.http.api('POST', '/api/authors', { data: { name } }));

  it('reaches a receiver that fails at first', async () => {
    qstash.receiver.script([503]);
    await createAuthor('Ada');
    await qstash.receiver.waitFor(() => at('/first').length === 2);
    const [failed, delivered] = at('/first');
    expect(failed?.headers['upstash-message-id']).toBe(delivered?.headers['upstash-message-id']);
    expect(delivered?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-strapi-event': 'entry.create',
      'upstash-topic-name': 'strapi.create',
      'upstash-retried': '1',
    });
    expect(bodyOf(delivered)).toMatchObject({
      event: 'entry.create',
      model: 'author',
      entry: { name: 'Ada' },
    });
    await qstash.verify(delivered);
  });

  it('reaches a second endpoint once it is added', async () => {
    await qstash.client.urlGroups.addEndpoints({
      name: 'strapi.create',
      endpoints: [{ name: 'second', url: `${qstash.receiver.url}/second` }],
    });
    await createAuthor('Grace');
    await qstash.receiver.waitFor(() => at('/first').length === 3 && at('/second').length === 1);
    for (const request of [at('/first')[2], at('/second')[0]]) {
      expect(bodyOf(request).entry.name).toBe('Grace');
      await qstash.verify(request);
    }
  });
});

describe('a callback to a handler in the app’s code', () => {
  interface Author {
    name: string;
    email: string;
  }

  const authors = (name: string): Promise<Author[]> =>
    qstash.app.strapi.db.query('api::author.author').findMany({ where: { name } }) as Promise<
      Author[]
    >;

  it('stores the response of a slow API', async () => {
    const callbacks = qstash.app.strapi
      .plugin('guaranteed-webhooks')
      .service<CallbacksService>('callbacks');
    const stored = new Promise<void>((done) => {
      callbacks.on('store-address', async (callback, { strapi }) => {
        const { name } = JSON.parse(
          Buffer.from(callback.sourceBody, 'base64').toString()
        ) as Author;
        const { email } = JSON.parse(Buffer.from(callback.body, 'base64').toString()) as Author;
        await strapi.db.query('api::author.author').create({ data: { name, email } });
        done();
      });
    });
    let answer = (): void => undefined;
    const hold = new Promise<void>((resolve) => {
      answer = resolve;
    });
    qstash.receiver.script([{ hold, body: '{"email":"alan@example.com"}' }]);

    const publisher = qstash.app.strapi
      .plugin('guaranteed-webhooks')
      .service<PublisherService>('publisher');
    await publisher.publish({
      url: `${qstash.receiver.url}/slow`,
      payload: { name: 'Alan' },
      callbacks: { success: { url: 'strapi:store-address' } },
    });
    await qstash.receiver.waitFor(() => at('/slow').length === 1);
    expect(await authors('Alan')).toEqual([]);
    answer();
    await stored;
    await qstash.deliver();
    expect(await authors('Alan')).toEqual([
      expect.objectContaining({ email: 'alan@example.com' }) as object,
    ]);
    expect(at('/slow')).toHaveLength(1);
  });
});
