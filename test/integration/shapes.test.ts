/** What an endpoint is sent of a content change, as its shape says, on a real Strapi. */
import type { EndpointInput, EndpointView } from '../../server/src/api/types';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { ShapesService } from '../../server/src/api/shapes';
import type { TopicsService } from '../../server/src/api/topics';
import type { MessagesService } from '../../server/src/panel/services/messages';
import type { Shape } from '../../server/src/core/shape/shape';
import { bootEngine, type Engine } from '../support/engine';
import type { Received } from '../support/receiver';
import { describeEachDatabase } from '../support/strapi';

const ARTICLE = 'api::article.article';

interface Payload {
  event: string;
  createdAt: string;
  entry: Record<string, unknown>;
}

const textOf = (request: Received | undefined): string => request?.body.toString('utf8') ?? '';

const failing = (): never => {
  throw new Error('no customer');
};

describeEachDatabase('shapes', (database) => {
  let engine: Engine;
  let endpoints: EndpointsService;
  let topicId: number;
  let made: EndpointView[] = [];

  beforeAll(async () => {
    engine = await bootEngine(database);
    endpoints = engine.service<EndpointsService>('endpoints');
    const topic = await engine
      .service<TopicsService>('topics')
      .create({ name: `content-${database}`, events: ['entry.*'], contentTypes: [ARTICLE] });
    topicId = topic.id;
  }, 120_000);
  afterEach(async () => {
    for (const { id } of made) await endpoints.remove(id, true);
    made = [];
    await engine.reset();
    await engine.app.strapi.db.query(ARTICLE).deleteMany({});
  });
  afterAll(() => engine.close());

  const articles = () => engine.app.strapi.documents(ARTICLE);

  /** Subscribes an endpoint at this path. */
  async function subscribe(path: string, more: Partial<EndpointInput> = {}): Promise<EndpointView> {
    const endpoint = await endpoints.create({
      name: path,
      url: engine.receiver.url + path,
      topicIds: [topicId],
      retryPolicy: { kind: 'preset', preset: 'none' },
      ...more,
    });
    made.push(endpoint);
    return endpoint;
  }

  /** Captured messages are due by Strapi's clock. @param laterMs moves on, for a retry. */
  async function deliver(laterMs = 1_000): Promise<void> {
    engine.clock.set(Math.max(engine.clock.now(), Date.now()) + laterMs);
    await engine.node.directory.refresh();
    await engine.node.tick();
  }

  const messagesTo = async (endpointId: number) =>
    (
      await engine
        .service<MessagesService>('messages')
        .list({ endpointId: [endpointId] }, { pageSize: 50 })
    ).results;

  it('leaves the bytes alone for an endpoint without a shape, or with one that changes nothing', async () => {
    await subscribe('/none');
    const full = await subscribe('/full', { shape: { payload: 'full' } });
    expect(full.shape).toBeNull();
    await subscribe('/thin', { shape: { payload: 'thin' } });
    await articles().create({ data: { title: 'One' } });
    await deliver();
    const [none] = engine.to('/none');
    expect(engine.to('/full')[0]?.body).toEqual(none?.body);
    const payload = JSON.parse(textOf(none)) as Payload;
    expect(Object.keys(payload)).toEqual(['event', 'createdAt', 'model', 'uid', 'entry']);
    expect(payload.entry).toMatchObject({ title: 'One' });
  });

  it('sends which document changed, and no more, when the payload is thin', async () => {
    await subscribe('/thin', { shape: { payload: 'thin' } });
    await subscribe('/full');
    const { documentId } = await articles().create({ data: { title: 'One' }, locale: 'de' });
    await articles().publish({ documentId, locale: 'de' });
    await articles().unpublish({ documentId, locale: 'de' });
    await articles().delete({ documentId, locale: 'de' });
    await deliver();
    const full = engine.to('/full').map((request) => JSON.parse(textOf(request)) as Payload);
    const thin = engine.to('/thin');
    expect(thin.map((request) => JSON.parse(textOf(request)) as unknown).toSorted(byText)).toEqual(
      full
        .map(({ event, createdAt }) => ({
          type: event,
          timestamp: createdAt,
          data: { uid: ARTICLE, documentId, locale: 'de' },
        }))
        .toSorted(byText)
    );
    expect(full.map(({ event }) => event).toSorted()).toEqual([
      'entry.create',
      'entry.delete',
      'entry.publish',
      'entry.unpublish',
    ]);
    expect(thin[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-signature': expect.stringMatching(/^v1,/) as string,
    });
  });

  describe('with a transformation of the app', () => {
    const formats = () => engine.service<ShapesService>('shapes');
    const crm: Partial<Shape> = { format: { kind: 'code', name: 'crm' } };

    it('sends the request that it makes, and freezes it', async () => {
      let calls = 0;
      const unregister = formats().register('crm', (event) => {
        calls += 1;
        return {
          method: 'PUT',
          headers: { 'X-Kind': event.type },
          contentType: 'text/csv',
          body: `${event.documentId},${String(event.entry?.title)},${event.payload.model as string}`,
        };
      });
      engine.receiver.script([500]);
      await subscribe('/crm', {
        shape: crm,
        retryPolicy: { kind: 'list', delaysMs: [1_000] },
      });
      await subscribe('/other', { shape: crm });
      const { documentId } = await articles().create({ data: { title: 'Ada' } });
      unregister();
      await deliver();
      await deliver(1_000);
      const requests = [...engine.to('/crm'), ...engine.to('/other')];
      expect(requests).toHaveLength(3);
      for (const request of requests) {
        expect(request.method).toBe('PUT');
        expect(textOf(request)).toBe(`${documentId},Ada,article`);
        expect(request.headers).toMatchObject({
          'x-kind': 'entry.create',
          'content-type': 'text/csv',
        });
      }
      // Once for both endpoints, and not again for the retry.
      expect(calls).toBe(1);
    });

    it('sends nothing when it returns null', async () => {
      const unregister = formats().register('crm', ({ type }) =>
        type === 'entry.publish' ? { body: { type } } : null
      );
      const { id } = await subscribe('/crm', { shape: crm });
      await articles().create({ data: { title: 'Ada' }, status: 'published' });
      await deliver();
      unregister();
      expect(engine.to('/crm').map(textOf)).toEqual(['{"type":"entry.publish"}']);
      expect(await messagesTo(id)).toHaveLength(1);
    });

    it.each<[string, () => unknown, string]>([
      ['throws', failing, 'no customer'],
      ['names a header that is ours', () => ({ headers: { host: 'x' } }), 'cannot be set'],
      ['names a method that is none', () => ({ method: 'SEND' }), 'the method is one of'],
      ['returns something else', () => 'hello', 'neither a request nor null'],
      ['promises', () => Promise.resolve({ body: 1 }), 'returned a promise'],
      ['makes too much', () => ({ body: 'x'.repeat(2_000_000) }), 'the limit is'],
    ])('keeps the change and fails the message when it %s', async (_, format, reason) => {
      const unregister = formats().register('crm', format as never);
      const { id } = await subscribe('/crm', {
        shape: crm,
        retryPolicy: { kind: 'list', delaysMs: [1_000] },
      });
      const { documentId } = await articles().create({ data: { title: 'Ada' } });
      await deliver();
      unregister();
      expect(await articles().findOne({ documentId })).toMatchObject({ title: 'Ada' });
      expect(engine.to('/crm')).toEqual([]);
      const [message] = await messagesTo(id);
      expect(message).toMatchObject({ state: 'dead', lastOutcome: 'blocked', attempts: 1 });
      expect(message?.lastError).toContain('the format "crm" failed');
      expect(message?.lastError).toContain(reason);
    });

    it('refuses a name that is not registered', async () => {
      await expect(subscribe('/crm', { shape: crm })).rejects.toMatchObject({
        code: 'INVALID_VALUE',
        field: 'shape.format.name',
      });
    });
  });
});

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
