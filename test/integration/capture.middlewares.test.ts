/** Events tell what was written, whatever a document middleware of the app makes of the result. */
import { bootWithCapture, type CaptureHarness } from '../support/capture-harness';
import { describeEachDatabase } from '../support/strapi';

const CATEGORY = 'api::category.category';

type Result = Record<string, unknown> & { entries?: { id: number }[] };

const MIDDLEWARES: [string, (result: Result) => unknown][] = [
  ['deletes the id', (result) => ({ ...result, id: undefined })],
  ['returns nothing', () => undefined],
  ['wraps the result in data', (result) => ({ data: result })],
  ['keeps two fields', ({ documentId, name }) => ({ documentId, name })],
  ['drops the entries', (result) => ({ ...result, entries: undefined })],
  [
    'maps the entries to their ids',
    (result) => ({ ...result, entries: result.entries?.map(({ id }) => ({ id })) }),
  ],
  ['adds a field', (result) => ({ ...result, secretToken: 'x' })],
];

describeEachDatabase('events of a write whose result a middleware changes', (database) => {
  let harness: CaptureHarness;
  let change: (result: Result) => unknown;
  beforeAll(async () => {
    harness = await bootWithCapture(database);
    // As in the app's bootstrap, which runs after the plugin's.
    harness.strapi.documents.use(async (context, next) => {
      const result = (await next()) as unknown as Result;
      return (
        context.uid === CATEGORY && context.action !== 'findOne' ? change(result) : result
      ) as never;
    });
  }, 120_000);
  afterAll(() => harness.close());

  it.each(MIDDLEWARES)('%s', async (_name, middleware) => {
    change = middleware;
    const documents = harness.strapi.documents(CATEGORY);
    const rows = harness.strapi.db.query(CATEGORY);
    await harness.compare(['entry.create'], () => documents.create({ data: { name: 'first' } }));
    const { documentId } = (await rows.findOne({ orderBy: { id: 'desc' } })) as {
      documentId: string;
    };
    await harness.compare(['entry.update'], () =>
      documents.update({ documentId, data: { name: 'second' } as never })
    );
    await harness.compare(['entry.publish'], () => documents.publish({ documentId }));
    await harness.compare(['entry.unpublish'], () => documents.unpublish({ documentId }));
    await harness.compare(['entry.delete'], () => documents.delete({ documentId }));
    await harness.compare(['entry.create', 'entry.publish'], () =>
      documents.create({ data: { name: 'both' }, status: 'published' })
    );
  });
});
