/** Cache tags, from the content API and events to receivers that purge by them. */
import type { Core } from '@strapi/strapi';
import { errors } from '@strapi/utils';

import type { CacheTagsService } from '../../server/src/api/cache-tags';
import type { MessageView, Page } from '../../server/src/panel/contract';
import { answerAsService } from '../support/services';
import { findVarnish, startVarnish, type Varnish } from '../support/varnish';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const AUTHOR = 'api::author.author';
const CATEGORY = 'api::category.category';
const FILE = 'plugin::upload.file';
const BULK_PUBLISH = `/content-manager/collection-types/${ARTICLE}/actions/bulkPublish`;
/** Fifteen documents and their content type. */
const MAX_BYTES = 16 * 25;
const PURGE_TOKEN = 'purge-token';

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<unknown>;
}

let api: AdminApi;

beforeAll(async () => {
  api = await bootAdminApi({
    plugin: {
      http: { allow: { cidrs: ['127.0.0.1/32'] } },
      cacheTags: {
        enabled: true,
        headers: ['Cache-Tag', 'Surrogate-Key', 'X-Shown'],
        maxBytes: MAX_BYTES,
      },
    },
    onRegistered: addRoutes,
  });
}, 120_000);
afterAll(() => api?.close());

/** Routes of the app's own, which read by SQL, by queries, and what is not there. */
function addRoutes(strapi: Core.Strapi): void {
  strapi.server.routes({
    type: 'content-api',
    routes: [
      {
        method: 'GET',
        path: '/raw-authors',
        handler: async (ctx: {
          query: { noted?: string };
          body: unknown;
          set(name: string, value: string): void;
        }) => {
          ctx.set('X-Shown', 'own');
          const authors = (await strapi.db
            .connection('authors')
            .select('document_id as documentId')
            .limit(30)) as { documentId: string }[];
          const tags = strapi.plugin('guaranteed-webhooks').service<CacheTagsService>('cacheTags');
          if (ctx.query.noted) tags.add({ contentTypes: [AUTHOR] });
          ctx.body = authors.map(({ documentId }) => ({ author: { documentId } }));
        },
        config: { auth: false },
      },
      {
        method: 'GET',
        path: '/queried-authors',
        handler: async (ctx: { query: { limit: string }; body: unknown }) => {
          ctx.body = await strapi.db
            .query(AUTHOR)
            .findMany({ limit: Number(ctx.query.limit), populate: { portrait: true } });
        },
        config: { auth: false },
      },
      {
        method: 'GET',
        path: '/absent-author',
        handler: async () => {
          await strapi.documents(AUTHOR).findOne({ documentId: 'absent' });
          throw new errors.NotFoundError();
        },
        config: { auth: false },
      },
    ],
  } as never);
}

const documents = (uid: string) => api.app.strapi.documents(uid as never) as unknown as Documents;

const published = (uid: string, data: object) =>
  documents(uid).create({ data, status: 'published' });

async function read(path: string, { origin, token }: Partial<Record<string, string>> = {}) {
  const { http } = api.app;
  const response = await fetch((origin ?? http.origin) + path, {
    headers: { authorization: `Bearer ${token ?? http.apiToken}` },
  });
  await response.text();
  return response;
}

/** @returns the tags of a response, sorted. */
async function tagsAt(path: string): Promise<string[]> {
  const { headers } = await read(path);
  return headers.get('cache-tag')?.split(',').sort() ?? [];
}

async function uploaded(): Promise<{ id: number; documentId: string }> {
  const form = new FormData();
  form.append('files', new Blob(['text'], { type: 'text/plain' }), 'note.txt');
  const { http } = api.app;
  const [file] = await http.ok(
    http.api<{ id: number; documentId: string }[]>('POST', '/api/upload', form)
  );
  return file!;
}

describe('a response of REST', () => {
  it('names every document that it shows', async () => {
    const file = await uploaded();
    const author = await published(AUTHOR, { name: 'Ada', portrait: file.id });
    const page = await published('api::page.page', { title: 'Page' });
    const article = await published(ARTICLE, {
      title: 'One',
      author: author.documentId,
      blocks: [{ __component: 'shared.quote', text: '…', speaker: author.documentId }],
      links: [{ label: 'More', page: page.documentId }],
    });
    const path = `/api/articles/${article.documentId}`;
    expect(await tagsAt(path)).toEqual([article.documentId]);
    expect(await tagsAt(`${path}?populate[author][populate]=portrait`)).toEqual(
      [article.documentId, author.documentId, file.documentId].sort()
    );
    expect(
      await tagsAt(`${path}?populate[links][populate]=page&populate[blocks][populate]=*`)
    ).toEqual([article.documentId, author.documentId, page.documentId].sort());
  });

  it('names the content type of what it lists, and of a relation that is empty', async () => {
    const article = await published(ARTICLE, { title: 'Alone' });
    const author = await published(AUTHOR, { name: 'Grace' });
    const only = `filters[documentId]=${article.documentId}`;
    expect(await tagsAt(`/api/articles?${only}`)).toEqual([ARTICLE, article.documentId].sort());
    const one = `/api/articles/${article.documentId}`;
    // An author that is published or set later is shown.
    expect(await tagsAt(`${one}?populate=author`)).toEqual([AUTHOR, article.documentId].sort());
    const nested = `/api/authors/${author.documentId}?populate[articles][populate]=categories`;
    expect(await tagsAt(nested)).toEqual([ARTICLE, CATEGORY, author.documentId].sort());
    expect(await tagsAt('/api/articles?filters[title]=nothing')).toEqual([ARTICLE]);
    // Another name of an author, and there is an article.
    const byAuthor = '/api/articles?filters[author][name]=Nobody&sort=categories.name:asc';
    expect(await tagsAt(byAuthor)).toEqual([ARTICLE, AUTHOR, CATEGORY]);
  });

  it('names a document that is not there, so that its publication is seen', async () => {
    const { documentId } = await documents(ARTICLE).create({ data: { title: 'Draft' } });
    expect((await read(`/api/articles/${documentId}`)).status).toBe(404);
    expect(await tagsAt(`/api/articles/${documentId}`)).toEqual([documentId]);
    expect(await tagsAt('/api/articles/a%0d%0ab,c')).toEqual(['a%0D%0Ab%2Cc']);
    expect(await tagsAt('/api/homepage')).toEqual(['api::homepage.homepage']);
  });

  it('has them in each header, separated as its readers expect', async () => {
    const { documentId } = await published(ARTICLE, { title: 'Headers' });
    const { headers } = await read(`/api/articles?filters[documentId]=${documentId}`);
    expect(headers.get('cache-tag')).toBe(`${documentId},${ARTICLE}`);
    expect(headers.get('surrogate-key')).toBe(`${documentId} ${ARTICLE}`);
    expect(headers.get('x-shown')).toBe(`${documentId},${ARTICLE}`);
  });

  it('has the tags of content types where those of documents do not fit', async () => {
    for (let n = 0; n < 20; n += 1) await published(AUTHOR, { name: `${n}` });
    expect(await tagsAt('/api/authors?pagination[pageSize]=10')).toHaveLength(11);
    const path = '/api/authors?pagination[pageSize]=20';
    expect(await tagsAt(path)).toEqual([AUTHOR]);
    expect(await tagsAt(`${path}&populate=portrait`)).toEqual([AUTHOR, FILE]);
  });

  it('has none for an error, a change, or somebody who may not read it', async () => {
    const { documentId } = await published(ARTICLE, { title: 'Closed' });
    const path = `/api/articles/${documentId}`;
    for (const response of [
      await read(path, { token: 'wrong' }),
      await read('/api/articles?filters[nothing]=1'),
      await fetch(`${api.app.http.origin}/api/articles`, { method: 'POST' }),
    ]) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('cache-tag')).toBeNull();
    }
  });

  it('names files and what the app adds, and is not cached when it can name nothing', async () => {
    const { id, documentId } = await uploaded();
    expect(await tagsAt(`/api/upload/files/${id}`)).toEqual([documentId]);
    expect(await tagsAt('/api/upload/files')).toContain(FILE);
    const { headers } = await read('/api/raw-authors?noted=true');
    expect([headers.get('cache-tag'), headers.get('x-shown')]).toEqual([AUTHOR, `own,${AUTHOR}`]);
    const unknown = await read('/api/raw-authors');
    expect(unknown.headers.get('cache-tag')).toBeNull();
    expect(unknown.headers.get('cache-control')).toBe('no-store');
  });

  it('names what plugins read, controllers by queries, and middlewares beside what was asked for', async () => {
    const list = '/api/queried-authors';
    expect(await tagsAt(`${list}?limit=30`)).toEqual([AUTHOR, FILE]);
    expect(await tagsAt(`${list}?limit=2`)).toContain(AUTHOR);
    expect(await tagsAt('/api/users')).toEqual(['plugin::users-permissions.user']);

    const article = await published(ARTICLE, { title: 'Alone' });
    const path = `/api/articles/${article.documentId}`;
    expect(await tagsAt(path)).toEqual([article.documentId]);
    let isPopulated = true;
    api.app.strapi.documents.use((context, next) => {
      if (isPopulated) Object.assign(context.params, { populate: ['author'] });
      return next();
    });
    expect(await tagsAt(path)).toEqual([AUTHOR, article.documentId].sort());
    isPopulated = false;
  });

  it('names what a controller of the app did not find', async () => {
    expect(await tagsAt('/api/absent-author')).toEqual(['absent']);
  });
});

it('events of entries and files carry tags, beside an unchanged body', async () => {
  const topic = await api.createTopic({ events: ['entry.publish', 'media.create'] });
  await api.createEndpoint({ topicIds: [topic.id], url: `${api.receiver.url}/200/plain` });
  await api.createEndpoint({
    topicIds: [topic.id],
    url: `${api.receiver.url}/200/thin`,
    shape: { payload: 'thin' },
  });
  const file = await uploaded();
  const { documentId } = await documents(ARTICLE).create({
    data: { title: 'Eins' },
    locale: 'de',
    status: 'published',
  });
  await api.deliver();
  await api.call('DELETE', `/topics/${topic.id}`);
  const sent = (path: string) =>
    api.receiver.requests
      .filter((request) => request.path === `/200/${path}`)
      .map(({ headers, body }) => ({
        event: headers['x-strapi-event'],
        tags: headers['x-strapi-tags'],
        body: JSON.parse(body.toString()) as { data?: { tags: string[] } },
      }))
      .sort((a, b) => String(a.event).localeCompare(String(b.event)));
  const ofEntry = [documentId, ARTICLE, `${ARTICLE}:de`];
  const ofFile = [file.documentId, FILE];
  expect(sent('plain')).toEqual([
    { event: 'entry.publish', tags: ofEntry.join(','), body: expect.anything() as unknown },
    { event: 'media.create', tags: ofFile.join(','), body: expect.anything() as unknown },
  ]);
  expect(Object.keys(sent('plain')[0]!.body)).not.toContain('tags');
  expect(sent('thin').map(({ body }) => body.data?.tags)).toEqual([ofEntry, ofFile]);
});

it('a batch is as many requests as its receiver takes tags, each retried on its own', async () => {
  const DOCUMENTS = 30;
  const topic = await api.createTopic({ events: ['entry.publish'], contentTypes: [ARTICLE] });
  const endpoint = await api.createEndpoint({
    topicIds: [topic.id],
    url: `${api.receiver.url}/vercel-tags?projectIdOrName=site`,
    headers: [{ name: 'Authorization', value: `Bearer vercel-tags-token`, secret: true }],
    retryPolicy: { kind: 'list', delaysMs: [1_000] },
    delivery: { mode: 'batch', by: 'transaction', maxEvents: 1_000 },
    shape: { format: { kind: 'preset', name: 'vercel-tags' } },
  });
  const documentIds: string[] = [];
  for (let n = 0; n < DOCUMENTS; n += 1) {
    documentIds.push((await documents(ARTICLE).create({ data: { title: `${n}` } })).documentId);
  }
  const from = api.receiver.requests.length;
  api.receiver.script([{ status: 429, headers: { 'retry-after': '3600' } }]);
  api.receiver.respondWith((request) => answerAsService(request) ?? 200);
  await api.app.http.ok(api.app.http.admin('POST', BULK_PUBLISH, { documentIds, locale: 'en' }));
  await api.deliver();

  const bodies = api.receiver.requests
    .slice(from)
    .map(({ body }) => JSON.parse(body.toString()) as { tags: string[] });
  expect(bodies).toHaveLength(3);
  const tags = bodies.flatMap((body) => body.tags);
  expect(new Set(tags)).toEqual(new Set([...documentIds, ARTICLE, `${ARTICLE}:en`]));
  const { results } = await api.get<Page<MessageView>>(
    `/messages?endpointId=${endpoint.id}&pageSize=50`
  );
  const batches = results.filter(({ event }) => event === 'batch');
  const [waiting] = batches.filter(({ state }) => state === 'pending');
  expect(batches.map(({ state }) => state).sort()).toEqual(['delivered', 'delivered', 'pending']);
  expect(Number(waiting!.notBefore) - api.runtime.clock.now()).toBeGreaterThan(3_500_000);
  const folded = results.filter(({ event }) => event === 'entry.publish');
  expect(folded).toHaveLength(DOCUMENTS);
  const ids = new Set(batches.map(({ messageId }) => messageId));
  expect(folded.every(({ supersededBy }) => ids.has(supersededBy ?? ''))).toBe(true);
  await api.call('DELETE', `/endpoints/${endpoint.id}?cancelPending=true`);
});

const varnishd = findVarnish();
(varnishd === undefined ? describe.skip : describe)('Varnish in front of Strapi', () => {
  let varnish: Varnish;

  beforeAll(async () => {
    varnish = await startVarnish(varnishd!, api.app.http.origin, PURGE_TOKEN);
    api.receiver.respondWith(() => 200);
  }, 30_000);
  afterAll(() => varnish?.stop());

  const isFresh = async (path: string): Promise<boolean> =>
    (await read(path, { origin: varnish.url })).headers.get('x-cache') === 'MISS';

  /** @returns which of these pages are fetched anew. */
  async function fetchedAnew(pages: Record<string, string>): Promise<string[]> {
    const names: string[] = [];
    for (const [name, path] of Object.entries(pages)) if (await isFresh(path)) names.push(name);
    return names;
  }

  it('fetches exactly the pages anew that show what has changed', async () => {
    const topic = await api.createTopic({
      events: ['entry.publish', 'entry.unpublish', 'entry.delete', 'entry.update', 'media.update'],
      contentTypes: [ARTICLE, AUTHOR],
    });
    const endpoint = await api.createEndpoint({
      topicIds: [topic.id],
      url: `${varnish.url}/purge`,
      headers: [{ name: 'X-Purge-Token', value: PURGE_TOKEN, secret: true }],
    });
    const file = await uploaded();
    const ada = await published(AUTHOR, { name: 'Ada', portrait: file.id });
    const bob = await published(AUTHOR, { name: 'Bob' });
    const [a, b] = [
      await published(ARTICLE, { title: 'a', author: ada.documentId }),
      await published(ARTICLE, { title: 'b', author: bob.documentId }),
    ];
    const draft = await documents(ARTICLE).create({ data: { title: 'draft' } });
    await api.deliver();
    const pages = {
      a: `/api/articles/${a.documentId}`,
      'a with author': `/api/articles/${a.documentId}?populate[author][populate]=portrait`,
      'b with author': `/api/articles/${b.documentId}?populate=author`,
      articles: '/api/articles?fields=title',
      authors: '/api/authors?fields=name',
      draft: `/api/articles/${draft.documentId}`,
    };
    await fetchedAnew(pages);
    expect(await fetchedAnew(pages)).toEqual([]);

    const after = async (change: Promise<unknown>): Promise<string[]> => {
      await change;
      await api.deliver();
      return fetchedAnew(pages);
    };
    const { http } = api.app;
    expect(
      await after(documents(AUTHOR).update({ documentId: ada.documentId, data: { name: 'Ida' } }))
    ).toEqual(['a with author', 'authors']);
    expect(await after(documents(ARTICLE).publish({ documentId: b.documentId }))).toEqual([
      'b with author',
      'articles',
    ]);
    expect(await after(documents(ARTICLE).publish({ documentId: draft.documentId }))).toEqual([
      'articles',
      'draft',
    ]);
    const rename = new FormData();
    rename.append('fileInfo', JSON.stringify({ alternativeText: 'a portrait' }));
    expect(await after(http.ok(http.api('POST', `/api/upload?id=${file.id}`, rename)))).toEqual([
      'a with author',
    ]);
    const { results } = await api.get<Page<MessageView>>(`/messages?endpointId=${endpoint.id}`);
    expect(new Set(results.map(({ state }) => state))).toEqual(new Set(['delivered']));
  });
});
