/**
 * Beside Strapi's GraphQL plugin: what a mutation changes is captured as Strapi's own webhooks see it,
 * and nothing of the plugin's own can be asked for.
 */
import { bootDifferential, type Differential } from '../support/differential';
import type { BootedStrapi } from '../support/strapi';

type Answer<Data> = { data: Data; errors?: { message: string }[] };

let app: BootedStrapi & Differential;
beforeAll(async () => {
  const cacheTags = { enabled: true };
  app = await bootDifferential('sqlite', { GRAPHQL: 'true' }, { cacheTags });
}, 120_000);
afterAll(() => app?.close());

async function responseTo(query: string): Promise<Response> {
  const { origin, apiToken } = app.http;
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  await response.text();
  return response;
}

/** @returns the tags of a response, sorted. */
async function tagsOf(query: string): Promise<string[]> {
  const { headers } = await responseTo(query);
  return headers.get('cache-tag')?.split(',').sort() ?? [];
}

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

it('names in a header what a query shows, whether or not its id is asked for', async () => {
  const make = (uid: string, data: object) =>
    app.strapi.documents(uid as never).create({ data, status: 'published' } as never);
  const [author, article, alone] = await app.prepared(5, async () => {
    const author = await make('api::author.author', { name: 'Ada' });
    const article = await make('api::article.article', {
      title: 'One',
      author: author.documentId,
    });
    return [author, article, await make('api::article.article', { title: 'Two' })];
  });
  const one = `article(documentId: "${article.documentId}")`;
  const ARTICLE = 'api::article.article';
  expect(await tagsOf(`{ shown: ${one} { name: title author { name } } }`)).toEqual(
    [article.documentId, author.documentId].sort()
  );
  expect(
    await tagsOf(`{ article(documentId: "${alone.documentId}") { author { name } } }`)
  ).toEqual(['api::author.author', alone.documentId].sort());
  const all = [ARTICLE, article.documentId, alone.documentId];
  expect(await tagsOf('{ articles { title } }')).toEqual([...all].sort());
  expect(await tagsOf('{ articles_connection { nodes { title } pageInfo { total } } }')).toEqual(
    [...all].sort()
  );
  expect(
    await tagsOf(`{ author(documentId: "${author.documentId}") { articles { title } } }`)
  ).toEqual([ARTICLE, article.documentId, author.documentId].sort());
  expect(await tagsOf('{ article(documentId: "later") { title } }')).toEqual(['later']);
  // Another name of a category, and the author shows the article.
  expect(
    await tagsOf(
      `{ author(documentId: "${author.documentId}") { articles(filters: { categories: { name: { eq: "x" } } }) { title } } }`
    )
  ).toEqual([ARTICLE, 'api::category.category', author.documentId].sort());
  expect(await tagsOf('{ nothing }')).toEqual([]);
  // A part is missing that may be there the next time.
  const { headers } = await responseTo(
    '{ articles(sort: "nothing:asc") { title } authors { name } }'
  );
  expect([headers.get('cache-tag'), headers.get('cache-control')]).toEqual([null, 'no-store']);
  expect(await tagsOf('mutation { createAuthor(data: { name: "x" }) { documentId } }')).toEqual([]);
  await app.recorded();
  await app.native.take(1);
});
