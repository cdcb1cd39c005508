/** What an endpoint is sent of a content change, as its filter and its shape say, on a real Strapi. */
import fc from 'fast-check';

import type { EndpointInput, EndpointView } from '../../server/src/api/types';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { ShapesService } from '../../server/src/api/shapes';
import type { TopicsService } from '../../server/src/api/topics';
import type { MessagesService } from '../../server/src/panel/services/messages';
import type { Runtime } from '../../server/src/runtime/runtime';
import type { Shape } from '../../server/src/core/shape/shape';
import { bootEngine, type Engine } from '../support/engine';
import { createArticles, idsThatPass, sharedFilter } from '../support/shared-filters';
import { describeBroken } from '../support/broken-filters';
import { describeIncluded } from '../support/included-facts';
import { describeFailed } from '../support/failed-transformations';
import type { Received } from '../support/receiver';
import { describeEachDatabase } from '../support/strapi';

const ARTICLE = 'api::article.article';

interface Payload {
  event: string;
  createdAt: string;
  entry: Record<string, unknown>;
}

const textOf = (request: Received | undefined): string => request?.body.toString('utf8') ?? '';

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
  const update = (documentId: string, data: object): Promise<unknown> =>
    articles().update({ documentId, data: data as never });

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
          data: {
            uid: ARTICLE,
            documentId,
            locale: 'de',
            tags: [documentId, ARTICLE, `${ARTICLE}:de`],
          },
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

    describeFailed({
      engine: () => engine,
      topicId: () => topicId,
      subscribe,
      deliver,
      messagesTo,
    });

    it('refuses a name that is not registered', async () => {
      await expect(subscribe('/crm', { shape: crm })).rejects.toMatchObject({
        code: 'INVALID_VALUE',
        field: 'shape.format.name',
      });
    });
  });

  describe('with the version before', () => {
    describeIncluded({ engine: () => engine, subscribe, deliver });
  });

  describe('with fields and populate', () => {
    const entries = (path: string) =>
      engine
        .to(path)
        .map((request) => JSON.parse(textOf(request)) as Payload)
        .map(({ event, entry }) => [event, entry] as const);

    it('sends the same shape for every event', async () => {
      await subscribe('/shaped', {
        shape: {
          fields: ['title'],
          populate: { author: { fields: ['name'] }, seo: { populate: { canonical: true } } },
        },
      });
      await subscribe('/plain');
      const author = await engine.app.strapi
        .documents('api::author.author')
        .create({ data: { name: 'Ada', email: 'ada@example.org' } });
      const { documentId } = await articles().create({
        data: {
          title: 'One',
          slug: 'one',
          internalNote: 'secret',
          author: author.documentId,
          seo: { metaTitle: 'T', canonical: { label: 'L', url: '/l' } },
        } as never,
      });
      await articles().publish({ documentId });
      await update(documentId, { title: 'Two' });
      await articles().unpublish({ documentId });
      await articles().delete({ documentId });
      await deliver();
      const shaped = entries('/shaped');
      expect(shaped.map(([event]) => event).toSorted()).toEqual([
        'entry.create',
        'entry.delete',
        'entry.publish',
        'entry.unpublish',
        'entry.update',
      ]);
      for (const [event, entry] of shaped) {
        expect(entry).toEqual({
          id: expect.any(Number) as number,
          documentId,
          title: event === 'entry.delete' || event === 'entry.update' ? 'Two' : 'One',
          author: { id: expect.any(Number) as number, documentId: author.documentId, name: 'Ada' },
          seo: expect.objectContaining({
            metaTitle: 'T',
            canonical: expect.objectContaining({ url: '/l' }) as object,
          }) as object,
        });
      }
      expect(entries('/plain')[0]?.[1]).toMatchObject({ slug: 'one' });
    });

    it('reads each shape once for all endpoints, and hands it to a format', async () => {
      const seen: unknown[] = [];
      const unregister = engine.service<ShapesService>('shapes').register('crm', ({ entry }) => {
        seen.push(entry);
        return { body: entry?.title };
      });
      const shape: Partial<Shape> = { fields: ['title'], format: { kind: 'code', name: 'crm' } };
      await subscribe('/one', { shape });
      await subscribe('/two', { shape });
      const { documentId } = await articles().create({ data: { title: 'Ada' } });
      unregister();
      await deliver();
      expect(seen).toEqual([{ id: expect.any(Number) as number, documentId, title: 'Ada' }]);
      expect([...engine.to('/one'), ...engine.to('/two')].map(textOf)).toEqual(['Ada', 'Ada']);
    });

    it('leaves out what a content type does not have any more', async () => {
      const { id } = await subscribe('/gone', { shape: { fields: ['title', 'slug'] } });
      const { store, directory } = engine.service<Runtime>('runtime');
      const shape: Shape = { payload: 'full', format: null, fields: ['title', 'gone'] };
      await store.updateEndpoint(id, { shape: { ...shape, populate: ['nobody'] } });
      await directory.refresh();
      const { documentId } = await articles().create({ data: { title: 'Ada' } });
      await deliver();
      expect(entries('/gone').map(([, entry]) => entry)).toEqual([
        { id: expect.any(Number) as number, documentId, title: 'Ada' },
      ]);
    });

    it('saves a content type that the populate does not fit, and sends it without', async () => {
      const PAGE = 'api::page.page';
      const topic = await engine.service<TopicsService>('topics').create({
        name: 'pages',
        events: ['entry.*'],
        contentTypes: [PAGE],
      });
      const { id } = await subscribe('/pages', { topicIds: [topic.id] });
      const { store, directory } = engine.service<Runtime>('runtime');
      const populate = { blocks: { fields: ['x'] }, authors: { fields: ['name'] } };
      await expect(
        subscribe('/refused', { topicIds: [topic.id], shape: { populate } })
      ).rejects.toMatchObject({ code: 'INVALID_VALUE', field: 'shape.populate' });
      // As if the zone had been a component then.
      await store.updateEndpoint(id, { shape: { payload: 'full', format: null, populate } });
      await directory.refresh();
      const pages = engine.app.strapi.documents(PAGE);
      const { documentId } = await pages.create({ data: { title: 'Home' } as never });
      await pages.delete({ documentId });
      await deliver();
      const [created] = entries('/pages');
      expect(created?.[1]).toMatchObject({ documentId, title: 'Home' });
      expect(entries('/pages')).toHaveLength(2);
    });

    it.each<[string, object, string]>([
      ['an unknown field', { fields: ['title', 'titel'] }, 'shape.fields.1'],
      ['a private field', { fields: ['internalNote'] }, 'shape.fields.0'],
      ['a password', { fields: ['passcode'] }, 'shape.fields.0'],
      ['an unknown relation', { populate: { writer: true } }, 'shape.populate'],
      ['an unknown field inside', { populate: { author: { fields: ['x'] } } }, 'shape.populate'],
      ['nothing of a relation', { populate: { author: null } }, 'shape.populate'],
      [
        'a bad order of a relation',
        { populate: { categories: { sort: 'name:down' } } },
        'shape.populate',
      ],
      ['fields of a thin payload', { payload: 'thin', fields: ['title'] }, 'shape.fields'],
    ])('refuses %s', async (_, shape, field) => {
      await expect(subscribe('/refused', { shape })).rejects.toMatchObject({
        code: 'INVALID_VALUE',
        field,
      });
    });
  });

  describe('with a filter', () => {
    const titles = (path: string): unknown[] =>
      engine.to(path).map((request) => (JSON.parse(textOf(request)) as Payload).entry.title);
    const events = (path: string): string[] =>
      engine
        .to(path)
        .map((request) => (JSON.parse(textOf(request)) as Payload).event)
        .toSorted();

    it('sends an endpoint only what passes, and says what was withheld and why', async () => {
      const filtered = await subscribe('/filtered', {
        filter: { entry: { title: { $startsWith: 'A' } }, locale: 'de' },
      });
      await subscribe('/all');
      await articles().create({ data: { title: 'Ada' }, locale: 'de' });
      await articles().create({ data: { title: 'Ada' }, locale: 'en' });
      const { documentId } = await articles().create({ data: { title: 'Bob' }, locale: 'de' });
      await deliver();
      expect(titles('/filtered')).toEqual(['Ada']);
      expect(titles('/all').toSorted()).toEqual(['Ada', 'Ada', 'Bob']);
      const { withheld } = await endpoints.get(filtered.id);
      expect(withheld).toMatchObject({
        total: 2,
        latest: [
          {
            event: 'entry.create',
            uid: ARTICLE,
            documentId,
            locale: 'de',
            condition: 'entry.title.$startsWith',
          },
          { locale: 'en', condition: 'locale' },
        ],
      });
    });

    it('sends what a topic lets pass, by the oldest topic that does', async () => {
      const topics = engine.service<TopicsService>('topics');
      const narrow = await topics.create({
        name: `narrow-${database}`,
        events: ['entry.*'],
        contentTypes: [ARTICLE],
        filter: { entry: { rating: { $gte: 4 } } },
      });
      const { id } = await subscribe('/narrow', { topicIds: [narrow.id] });
      await articles().create({ data: { title: 'good', rating: 5 } });
      await articles().create({ data: { title: 'bad', rating: 1 } });
      await articles().create({ data: { title: 'none' } });
      await deliver();
      expect(titles('/narrow')).toEqual(['good']);
      expect((await topics.get(narrow.id)).withheld).toMatchObject({ total: 2 });
      expect((await endpoints.get(id)).withheld).toBeNull();
      await topics.remove(narrow.id);
    });

    it('compares with the version before', async () => {
      await subscribe('/slug', { filter: { changed: { $contains: ['slug', 'author'] } } });
      await subscribe('/was', { filter: { previous: { title: 'One' } } });
      const author = await engine.app.strapi
        .documents('api::author.author')
        .create({ data: { name: 'Ada' } });
      const { documentId } = await articles().create({ data: { title: 'One' } });
      await update(documentId, { title: 'Two' });
      await update(documentId, { slug: 'two' });
      await update(documentId, { author: author.documentId });
      await articles().publish({ documentId }); // everything is new to the public
      await articles().publish({ documentId }); // nothing is
      await update(documentId, { slug: 'three' });
      await articles().publish({ documentId });
      await deliver();
      expect(events('/slug')).toEqual([
        'entry.publish',
        'entry.publish',
        'entry.update',
        'entry.update',
        'entry.update',
      ]);
      expect(events('/was')).toEqual(['entry.update']);
    });

    it('knows the relations of a row that goes', async () => {
      await subscribe('/ada', {
        filter: { entry: { author: { name: 'Ada' } }, event: ['entry.delete', 'entry.unpublish'] },
      });
      const author = await engine.app.strapi
        .documents('api::author.author')
        .create({ data: { name: 'Ada' } });
      for (const data of [{ title: 'One', author: author.documentId }, { title: 'Two' }]) {
        const { documentId } = await articles().create({ data });
        await articles().publish({ documentId });
        await articles().unpublish({ documentId });
        await articles().delete({ documentId });
      }
      await deliver();
      expect(titles('/ada')).toEqual(['One', 'One']);
      expect(events('/ada')).toEqual(['entry.delete', 'entry.unpublish']);
    });

    it('decides as a query of the database does', async () => {
      const { strapi } = engine.app;
      await createArticles(strapi);
      const rows = (await strapi.db.query(ARTICLE).findMany({
        where: { publishedAt: null },
        populate: { author: true },
      })) as (Record<string, unknown> & { id: number })[];
      const { schemas } = engine.service<Runtime>('runtime').schema;
      let some = 0;
      await fc.assert(
        fc.asyncProperty(sharedFilter, async (filter) => {
          const found = (await strapi.db.query(ARTICLE).findMany({
            where: { $and: [{ publishedAt: null }, filter] },
            select: ['id'],
          })) as { id: number }[];
          const ids = [...new Set(found.map(({ id }) => id))].toSorted((a, b) => a - b);
          expect(idsThatPass(rows, filter, schemas)).toEqual(ids);
          if (ids.length > 0 && ids.length < rows.length) some += 1;
        }),
        { numRuns: 150 }
      );
      expect(some).toBeGreaterThan(30);
    });

    it.each<[string, object, string]>([
      ['an unknown attribute', { entry: { slgu: { $eq: 'x' } } }, 'filter.entry.slgu'],
      ['an unknown operator', { entry: { slug: { $like: 'x' } } }, 'filter.entry.slug.$like'],
      ['a private attribute', { entry: { internalNote: 'x' } }, 'filter.entry.internalNote'],
      ['a password', { entry: { passcode: 'x' } }, 'filter.entry.passcode'],
      ['a dynamic zone', { entry: { blocks: { $eq: 'x' } } }, 'filter.entry.blocks.$eq'],
      ['a value of another type', { entry: { rating: 'many' } }, 'filter.entry.rating'],
      [
        'a relation of a relation',
        { entry: { author: { articles: {} } } },
        'filter.entry.author.articles',
      ],
      ['a name that is none', { slug: 'x' }, 'filter.slug'],
      ['a change of no attribute', { changed: { $contains: 'slgu' } }, 'filter.changed.$contains'],
      ['nothing', {}, 'filter'],
    ])('refuses %s', async (_, filter, field) => {
      await expect(
        subscribe('/refused', { filter: filter as Record<string, unknown> })
      ).rejects.toMatchObject({ code: 'INVALID_FILTER', field });
    });

    describeBroken({ engine: () => engine, subscribe, deliver, titles });

    it('does not judge media and other events', async () => {
      const topics = engine.service<TopicsService>('topics');
      const all = await topics.create({
        name: `all-${database}`,
        events: ['*'],
        contentTypes: [ARTICLE],
        filter: { entry: { title: 'never' } },
      });
      await subscribe('/media', { topicIds: [all.id] });
      await engine.app.strapi.eventHub.emit('shop.sold', { id: 1 });
      await articles().create({ data: { title: 'Ada' } });
      await deliver();
      expect(events('/media')).toEqual(['shop.sold']);
      await topics.remove(all.id);
    });
  });
});

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
