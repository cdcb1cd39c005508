/**
 * Beside Strapi's GraphQL plugin: what a mutation changes is captured as Strapi's own webhooks see it,
 * and nothing of the plugin's own can be asked for.
 */
import { bootDifferential, type Differential } from '../support/differential';
import type { BootedStrapi } from '../support/strapi';

type Answer<Data> = { data: Data; errors?: { message: string }[] };

let app: BootedStrapi & Differential;
beforeAll(async () => {
  app = await bootDifferential('sqlite', { GRAPHQL: 'true' });
}, 120_000);
afterAll(() => app?.close());

async function graphql<Data>(query: string): Promise<Data> {
  const { data, errors } = await app.http.ok(
    app.http.api<Answer<Data>>('POST', '/graphql', { query })
  );
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return data;
}

it('captures mutations', async () => {
  let documentId = '';
  const [created, published] = await app.compare(['entry.create', 'entry.publish'], async () => {
    const { createArticle } = await graphql<{ createArticle: { documentId: string } }>(
      'mutation { createArticle(data: { title: "by GraphQL" }) { documentId } }'
    );
    ({ documentId } = createArticle);
  });
  expect(created).toMatchObject({ uid: 'api::article.article', entryDocumentId: documentId });
  expect(published?.actor.kind).toBe('api-token');

  await app.compare(['entry.update'], () =>
    graphql(
      `mutation { updateArticle(documentId: "${documentId}", status: DRAFT, data: { title: "again" }) { title } }`
    )
  );
  // Its draft and its published version.
  await app.compare(['entry.delete', 'entry.delete'], () =>
    graphql(`mutation { deleteArticle(documentId: "${documentId}") { documentId } }`)
  );
});

it('shows nothing of the plugin in its schema', async () => {
  const { __schema: schema } = await graphql<{ __schema: { types: { name: string }[] } }>(
    '{ __schema { types { name } } }'
  );
  const names = schema.types.map(({ name }) => name);
  expect(names).toContain('Article');
  expect(names.filter((name) => /guaranteed|webhook/i.test(name))).toEqual([]);
});
