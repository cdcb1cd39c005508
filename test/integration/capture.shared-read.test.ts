/**
 * An entry is read once for two: for our event, inside the transaction, and for Strapi's own, after it.
 * That both say what they said before is held by `capture.content.test.ts`.
 */
import { bootWithCapture, type CaptureHarness } from '../support/capture-harness';
import { describeEachDatabase } from '../support/strapi';

const CATEGORY = 'api::category.category';
/** Has fields of every kind, dynamic zones too. */
const ARTICLE = 'api::article.article';
const EVENTS = ['entry.create', 'entry.publish'];

describeEachDatabase('one reading of an entry', (database) => {
  let harness: CaptureHarness;
  let readings: unknown[] = [];
  beforeAll(async () => {
    harness = await bootWithCapture(database);
    harness.strapi.db.lifecycles.subscribe({
      models: [CATEGORY, ARTICLE],
      // With all relations, authors too: Strapi also reads what it answers with.
      afterFindOne({ params }) {
        const { where, populate } = params as { where?: { id?: unknown }; populate?: object };
        if ('createdBy' in (populate ?? {})) readings.push(where?.id);
      },
    });
  }, 120_000);
  afterAll(() => harness.close());
  beforeEach(() => {
    readings = [];
    harness.wanted = ['*'];
  });

  const write = () =>
    harness.strapi.documents(CATEGORY).create({ data: { name: 'Read once' }, status: 'published' });

  it('serves our event and Strapi’s', async () => {
    await harness.compare(EVENTS, write);
    expect(readings).toHaveLength(EVENTS.length);
  });

  it('serves both of an entry with fields of every kind, the first time and after', async () => {
    for (let times = 1; times <= 2; times += 1) {
      await harness.compare(EVENTS, () =>
        harness.strapi.documents(ARTICLE).create({ data: { title: 'All' }, status: 'published' })
      );
      expect(readings).toHaveLength(times * EVENTS.length);
    }
  });

  it('is Strapi’s own where we have not read', async () => {
    harness.wanted = ['entry.publish'];
    await write();
    expect(await harness.recorded()).toHaveLength(1);
    await harness.native.take(EVENTS.length);
    expect(readings).toHaveLength(EVENTS.length);
  });

  it('is not shared from within somebody else’s transaction, where more may be written', async () => {
    await harness.strapi.db.transaction(async () => {
      const { documentId } = await harness.strapi
        .documents(CATEGORY)
        .create({ data: { name: 'First' } });
      await harness.strapi.db
        .query(CATEGORY)
        .update({ where: { documentId }, data: { name: 'Last' } });
    });
    const [recorded] = await harness.recorded();
    const [native] = await harness.native.take(1);
    expect(recorded?.body.text).toContain('First');
    expect(JSON.stringify(native)).toContain('Last');
    expect(readings).toHaveLength(2);
  });

  it('leaves Strapi’s query as it was', async () => {
    const query = harness.strapi.db.query(CATEGORY) as unknown as { findOne: unknown };
    const { findOne } = query;
    await write();
    expect(query.findOne).toBe(findOne);
    await harness.recorded();
    await harness.native.take(EVENTS.length);
  });
});
