/** Content is committed if and only if its events are; and what nobody wants costs nothing. */
import type { Core } from '@strapi/strapi';

import { bootWithCapture, MAX_EVENT_BYTES, type CaptureHarness } from '../support/capture-harness';
import { describeEachDatabase } from '../support/strapi';

const PARALLEL_WRITES = 20;

interface Cost {
  transactions: number;
  queries: number;
}

/** What a create makes of transactions and statements, until Strapi has read the row for its own event. */
async function costOfCreate(strapi: Core.Strapi): Promise<Cost> {
  const transaction = jest.spyOn(strapi.db, 'transaction');
  let queries = 0;
  const onQuery = (): void => {
    queries += 1;
  };
  strapi.db.connection.on('query', onQuery);
  const emitted = new Promise<void>((resolve) => {
    strapi.eventHub.once('entry.create', () => Promise.resolve(resolve()));
  });
  await strapi.documents('api::article.article').create({ data: { title: 'cost' } });
  await emitted;
  strapi.db.connection.removeListener('query', onQuery);
  const transactions = transaction.mock.calls.length;
  transaction.mockRestore();
  return { transactions, queries };
}

describeEachDatabase('content and its events', (database) => {
  let harness: CaptureHarness;
  let costWithoutUs: Cost;
  beforeAll(async () => {
    harness = await bootWithCapture(database, async (strapi) => {
      costWithoutUs = await costOfCreate(strapi);
    });
    await harness.native.take(1);
  }, 120_000);
  afterAll(() => harness.close());
  afterEach(() => {
    harness.failInserts(false);
    harness.wanted = ['*'];
  });

  const articles = () => harness.strapi.documents('api::article.article');
  const create = (title: string) => articles().create({ data: { title }, status: 'published' });
  const count = (title: string): Promise<number> =>
    harness.strapi.db.query('api::article.article').count({ where: { title } });
  const names = async (): Promise<string[]> =>
    (await harness.recorded()).map((event) => event.name);

  it('commit together, and then wake the dispatcher', async () => {
    const woken = harness.woken();
    let wokenInside = -1;
    await harness.compare(['entry.create', 'entry.publish'], () =>
      harness.strapi.db.transaction(async () => {
        await create('together');
        wokenInside = harness.woken();
      })
    );
    expect(wokenInside).toBe(woken);
    expect(harness.woken()).toBe(woken + 1);
  });

  it('are rolled back together', async () => {
    const woken = harness.woken();
    await expect(
      harness.strapi.db.transaction(async () => {
        await create('never was');
        throw new Error('changed my mind');
      })
    ).rejects.toThrow('changed my mind');
    expect(await count('never was')).toBe(0);
    expect(await names()).toEqual([]);
    expect(harness.woken()).toBe(woken);
    await harness.compare([], () => Promise.resolve());
  });

  it('leave neither content nor native webhook when the insert fails', async () => {
    harness.failInserts(true);
    await expect(create('unannounced')).rejects.toThrow('the insert failed');
    harness.failInserts(false);
    expect(await count('unannounced')).toBe(0);
    // The next change's events are the next that Strapi sends.
    await harness.compare(['entry.create', 'entry.publish'], () => create('announced'));
  });

  it('are reduced to the columns of the entry when too large', async () => {
    const data = { title: 'large block', body: 'x'.repeat(MAX_EVENT_BYTES / 2) };
    const blocks = [{ __component: 'shared.quote', text: 'y'.repeat(MAX_EVENT_BYTES / 2) }];
    await articles().create({ data: { ...data, blocks } } as never);
    const [event] = await harness.recorded();
    expect(event).toMatchObject({ name: 'entry.create', reduced: true });
    const { entry } = JSON.parse(event?.body.text ?? '') as { entry: object };
    expect(entry).toMatchObject(data);
    expect(entry).not.toHaveProperty('blocks');
    await harness.native.take(1);
  });

  it('are reduced to ids when the columns alone are too large', async () => {
    const { status } = await harness.http.api('POST', '/api/articles?status=draft', {
      data: { title: 'large', body: 'x'.repeat(MAX_EVENT_BYTES) },
    });
    expect(status).toBe(201);
    const [event] = await harness.recorded();
    expect(event).toMatchObject({ name: 'entry.create', reduced: true });
    const { entry } = JSON.parse(event?.body.text ?? '') as { entry: object };
    expect(Object.keys(entry)).toEqual(['id', 'documentId', 'locale']);
    await harness.native.take(1);
  });

  it('refuse content whose event is too large, when configured to', async () => {
    harness.tooLarge = 'refuse';
    const data = { title: 'large', body: 'x'.repeat(MAX_EVENT_BYTES) };
    const { status, body } = await harness.http.api<{
      error: { name: string; message: string; details: object };
    }>('POST', '/api/articles', { data });
    expect(status).toBe(413);
    expect(body.error).toMatchObject({ details: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(body.error.message).toContain('payload.maxBytes');
    harness.tooLarge = 'reduce';
    expect(await names()).toEqual([]);
  });

  it('a write that fails leaves no event', async () => {
    await expect(
      articles().create({ data: { title: null }, status: 'published' } as never)
    ).rejects.toThrow();
    expect(await names()).toEqual([]);
  });

  it('a write without subscribers opens no transaction and reads no table of the plugin', async () => {
    harness.wanted = ['media.*', 'entry.delete'];
    expect(await costOfCreate(harness.strapi)).toEqual(costWithoutUs);
    expect(await names()).toEqual([]);
    await harness.native.take(1);
  });

  describe('read each entry', () => {
    const CATEGORY = 'api::category.category';
    const ARTICLE = 'api::article.article';
    const EVENTS = ['entry.create', 'entry.publish'];
    let reads = 0;
    let stop: () => unknown;
    beforeAll(() => {
      stop = harness.strapi.db.lifecycles.subscribe({
        models: [CATEGORY, ARTICLE],
        // The read of an event populates every relation.
        afterFindOne({ params }) {
          if ('createdBy' in ((params as { populate?: object }).populate ?? {})) reads += 1;
        },
      });
    });
    afterAll(() => stop());
    beforeEach(() => {
      reads = 0;
    });

    const publish = (uid: typeof CATEGORY | typeof ARTICLE) =>
      harness.strapi
        .documents(uid)
        .create({ data: { name: 'read', title: 'read' } as never, status: 'published' });

    it.each([CATEGORY, ARTICLE, ARTICLE] as const)('once for both events: %s', async (uid) => {
      await harness.compare(EVENTS, () => publish(uid));
      expect(reads).toBe(EVENTS.length);
    });

    it('once, by Strapi, without a subscriber', async () => {
      harness.wanted = ['entry.publish'];
      await publish(CATEGORY);
      expect(await names()).toEqual(['entry.publish']);
      await harness.native.take(EVENTS.length);
      expect(reads).toBe(EVENTS.length);
    });

    it('twice in a transaction that is already open, which may write more', async () => {
      await harness.strapi.db.transaction(async () => {
        const { documentId } = await publish(CATEGORY);
        const { db } = harness.strapi;
        await db.query(CATEGORY).updateMany({ where: { documentId }, data: { name: 'later' } });
      });
      const native = await harness.native.take(EVENTS.length);
      expect(native.map(({ body }) => body).join()).toContain('later');
      const events = await harness.recorded();
      expect(events.map(({ body }) => body.text).join()).not.toContain('later');
      expect(reads).toBe(2 * EVENTS.length);
    });

    it('together when they are published in bulk', async () => {
      const names = Array.from({ length: PARALLEL_WRITES }, (_, index) => `bulk ${index}`);
      const ids = await harness.prepared(PARALLEL_WRITES, async () => {
        const all = names.map((name) =>
          harness.strapi.documents(CATEGORY).create({ data: { name } })
        );
        return (await Promise.all(all)).map(({ documentId }) => documentId);
      });
      let statements = 0;
      const onQuery = ({ sql }: { sql: string }): void => {
        if (/created_by_id\W.* from .categories. as .* in \(/.test(sql)) statements += 1;
      };
      harness.strapi.db.connection.on('query', onQuery);
      const publish = (documentId: string) =>
        harness.strapi.documents(CATEGORY).publish({ documentId });
      const events = await harness.compare(
        names.map(() => 'entry.publish'),
        () => harness.strapi.db.transaction(() => Promise.all(ids.map(publish)))
      );
      harness.strapi.db.connection.removeListener('query', onQuery);
      const titles = events.map(
        ({ body }) => (JSON.parse(body.text) as { entry: { name: string } }).entry.name
      );
      expect(titles.sort()).toEqual(names.sort());
      expect(statements).toBeGreaterThan(0);
      expect(statements).toBeLessThan(PARALLEL_WRITES / 2);
    });

    it('by a query of Strapi that is the same afterwards', async () => {
      const query = harness.strapi.db.query(CATEGORY);
      const { findOne } = query;
      await publish(CATEGORY);
      expect(query.findOne).toBe(findOne);
      await harness.recorded();
      await harness.native.take(EVENTS.length);
    });
  });

  it('records only the event with subscribers of a write that is two events', async () => {
    harness.wanted = ['entry.publish'];
    await create('published only');
    expect(await names()).toEqual(['entry.publish']);
    await harness.native.take(2);
  });

  it('many writes at once, each with its own event', async () => {
    const titles = Array.from({ length: PARALLEL_WRITES }, (_, index) => `parallel ${index}`);
    await Promise.all(titles.map(create));
    const events = await harness.recorded();
    for (const title of titles) {
      const own = events.filter(({ body }) => body.text.includes(`"title":"${title}"`));
      expect(own.map(({ name }) => name).sort()).toEqual(['entry.create', 'entry.publish']);
    }
    await harness.native.take(2 * PARALLEL_WRITES);
  });
});
