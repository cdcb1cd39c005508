/**
 * Content as editors and front ends make it: over the Content Manager's routes, the REST API and
 * users-permissions, with relations, media, components, dynamic zones, private fields and passwords.
 */
import { bootDifferential, type Differential } from '../support/differential';
import { describeEachDatabase, type BootedStrapi } from '../support/strapi';

const ARTICLE = '/content-manager/collection-types/api::article.article';
const HOMEPAGE = '/content-manager/single-types/api::homepage.homepage';
const USERS = '/content-manager/collection-types/plugin::users-permissions.user';

const PASSWORD = 'Password123';

interface Document {
  documentId: string;
  id: number;
}

const times = (count: number, name: string): string[] => Array<string>(count).fill(name);

describeEachDatabase('captured content equals native webhooks', (database) => {
  let harness: BootedStrapi & Differential;
  beforeAll(async () => {
    harness = await bootDifferential(database);
  }, 120_000);
  afterAll(() => harness.close());

  const admin = async <Body = { data: Document }>(
    method: string,
    path: string,
    body?: unknown
  ): Promise<Body> => harness.http.ok(harness.http.admin<Body>(method, path, body));
  const api = async <Body = { data: Document }>(
    method: string,
    path: string,
    body?: unknown
  ): Promise<Body> => harness.http.ok(harness.http.api<Body>(method, path, body));

  const draft = (title: string): Promise<string> =>
    harness.prepared(1, async () => (await admin('POST', ARTICLE, { title })).data.documentId);

  describe('a document with everything in it', () => {
    async function everything(): Promise<object> {
      const upload = new FormData();
      upload.append('files', new Blob(['one'], { type: 'text/plain' }), 'one.txt');
      upload.append('files', new Blob(['two'], { type: 'text/plain' }), 'two.txt');
      const files = await api<Document[]>('POST', '/api/upload', upload);
      const [one, two] = files.map(({ id }) => id);
      const author = await api('POST', '/api/authors', {
        data: { name: 'Ann', email: 'ann@example.com', portrait: one },
      });
      const published = await api('POST', '/api/categories', { data: { name: 'published' } });
      const unpublished = await api('POST', '/api/categories?status=draft', {
        data: { name: 'draft only', icon: { label: 'icon', trackingCode: 'private' } },
      });
      const page = await api('POST', '/api/pages', { data: { title: 'target' } });
      const link = { label: 'a', url: '/a', trackingCode: 'private', page: page.data.documentId };
      return {
        title: 'everything',
        slug: 'everything',
        body: '# ünïcödé 🙂 "quoted" \\ \n',
        internalNote: 'private',
        passcode: 'secret1',
        meta: { nested: [1, 2.5, null, { deep: true }] },
        rating: 5,
        price: 12.5,
        views: '9007199254740993',
        eventAt: '2030-01-02T03:04:05.678Z',
        eventDay: '2030-01-02',
        author: author.data.documentId,
        categories: [published.data.documentId, unpublished.data.documentId],
        cover: one,
        gallery: [two, one],
        seo: {
          metaTitle: 'meta',
          internalKeyword: 'private',
          previewPassword: 'secret2',
          shareImage: two,
          canonical: link,
          alternates: [link, { label: 'b' }],
        },
        links: [link, { label: 'c', url: '/c' }],
        blocks: [
          { __component: 'shared.quote', text: 'q', speaker: author.data.documentId, source: link },
          { __component: 'shared.slider', title: 's', files: [one, two] },
          { __component: 'shared.quote', text: 'q2' },
        ],
      };
    }

    it('goes through create, update, publish, discard, clone, unpublish and delete', async () => {
      // 2 files, author, category ×2 (created, published), draft category, page
      const data = await harness.prepared(7, everything);
      let id = '';
      const [created, published] = await harness.compare(
        ['entry.create', 'entry.publish'],
        async () => {
          id = (await api('POST', '/api/articles', { data })).data.documentId;
        }
      );
      for (const event of [created, published]) {
        expect(event?.body.text).not.toMatch(/private|secret\d|createdBy/);
        expect(event?.body.text).toContain('"metaTitle":"meta"');
      }

      await harness.compare(['entry.update', 'entry.publish'], () =>
        api('PUT', `/api/articles/${id}`, { data: { ...data, title: 'all of it', links: [] } })
      );
      await harness.compare(['entry.update'], () =>
        admin('PUT', `${ARTICLE}/${id}`, { ...data, title: 'draft again' })
      );
      await harness.compare(['entry.draft-discard'], () =>
        admin('POST', `${ARTICLE}/${id}/actions/discard`, {})
      );
      await harness.compare(['entry.create'], () =>
        admin('POST', `${ARTICLE}/clone/${id}`, { title: 'a copy' })
      );
      await harness.compare(['entry.unpublish'], () =>
        harness.strapi
          .documents('api::article.article')
          .unpublish({ documentId: id, populate: ['author', 'seo.canonical', 'blocks', 'gallery'] })
      );
      await harness.compare(['entry.delete'], () =>
        harness.strapi
          .documents('api::article.article')
          .delete({ documentId: id, populate: '*' as never })
      );
    });
  });

  describe("the Content Manager's routes", () => {
    it('publishes a new form: create and publish', () =>
      harness.compare(['entry.create', 'entry.publish'], () =>
        admin('POST', `${ARTICLE}/actions/publish`, { title: 'straight out' })
      ));

    it('publishes a changed form: update and publish', async () => {
      const id = await draft('clean');
      await harness.compare(['entry.update', 'entry.publish'], () =>
        admin('POST', `${ARTICLE}/${id}/actions/publish`, { title: 'dirty' })
      );
    });

    it('unpublishes and discards the draft', async () => {
      const id = await draft('one');
      await harness.prepared(2, () =>
        admin('POST', `${ARTICLE}/${id}/actions/publish`, { title: 'two' })
      );
      await harness.compare(['entry.draft-discard', 'entry.unpublish'], () =>
        admin('POST', `${ARTICLE}/${id}/actions/unpublish`, { discardDraft: true })
      );
    });

    it('publishes, unpublishes and deletes in bulk, in several locales', async () => {
      const documentIds = [await draft('a'), await draft('b'), await draft('c')];
      for (const id of documentIds) {
        await harness.prepared(1, () =>
          admin('PUT', `${ARTICLE}/${id}?locale=fr`, { title: 'en français' })
        );
      }
      await harness.compare(times(6, 'entry.publish'), () =>
        admin('POST', `${ARTICLE}/actions/bulkPublish`, { documentIds, locale: ['en', 'fr'] })
      );
      await harness.compare(times(3, 'entry.unpublish'), () =>
        admin('POST', `${ARTICLE}/actions/bulkUnpublish`, { documentIds, locale: 'fr' })
      );
      // A draft in each locale, and in one what is still published.
      await harness.compare(times(6, 'entry.delete'), () =>
        admin('POST', `${ARTICLE}/actions/bulkDelete`, { documentIds, locale: 'en' })
      );
      await harness.compare(times(3, 'entry.delete'), () =>
        admin('POST', `${ARTICLE}/actions/bulkDelete`, { documentIds, locale: 'fr' })
      );
    });

    it('writes a single type', async () => {
      await harness.compare(['entry.create'], () => admin('PUT', HOMEPAGE, { headline: 'Hello' }));
      await harness.compare(['entry.update', 'entry.publish'], () =>
        admin('POST', `${HOMEPAGE}/actions/publish`, { headline: 'Hello!' })
      );
      await harness.compare(['entry.create'], () =>
        admin('PUT', `${HOMEPAGE}?locale=de`, { headline: 'Hallo' })
      );
      await harness.compare(['entry.unpublish'], () =>
        admin('POST', `${HOMEPAGE}/actions/unpublish`, {})
      );
      await harness.compare(times(2, 'entry.delete'), () =>
        admin('DELETE', `${HOMEPAGE}?locale=*`)
      );
    });
  });

  it('contains what lifecycle hooks change', async () => {
    const stop = harness.strapi.db.lifecycles.subscribe({
      models: ['api::page.page'],
      afterFindOne({ result }) {
        if (result !== null) (result as { template: string }).template = 'computed';
      },
    });
    try {
      const [event] = await harness.compare(['entry.create'], () =>
        api('POST', '/api/pages', { data: { title: 'hooked' } })
      );
      expect(event?.body.text).toContain('"template":"computed"');
    } finally {
      stop();
    }
  });

  it('contains what lifecycle hooks select, for each row', async () => {
    const stop = harness.strapi.db.lifecycles.subscribe({
      models: ['api::article.article'],
      beforeFindOne({ params }) {
        const { where, populate } = params as { where?: object; populate?: object };
        // What the events read, and of two rows the one that was published.
        if ('createdBy' in (populate ?? {}))
          Object.assign(where ?? {}, { publishedAt: { $ne: null } });
      },
    });
    try {
      const events = await harness.compare(['entry.create', 'entry.publish'], () =>
        api('POST', '/api/articles', { data: { title: 'hooked' } })
      );
      const bodies = events.map(({ body }) => JSON.parse(body.text) as unknown);
      expect(bodies).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ event: 'entry.create', entry: null }),
          expect.objectContaining({
            event: 'entry.publish',
            entry: expect.objectContaining({ title: 'hooked' }) as unknown,
          }),
        ])
      );
    } finally {
      stop();
    }
  });

  describe('the REST API', () => {
    it('updates and deletes in a locale', async () => {
      const id = await draft('x');
      await harness.compare(['entry.create', 'entry.publish'], () =>
        api('PUT', `/api/articles/${id}?locale=fr`, { data: { title: 'y' } })
      );
      await harness.compare(times(2, 'entry.delete'), () =>
        api<string>('DELETE', `/api/articles/${id}?locale=fr`)
      );
    });
  });

  describe('users', () => {
    it('registers, is edited, and is made by an admin', async () => {
      let id = 0;
      const [registered] = await harness.compare(['entry.create'], async () => {
        const { user } = await harness.http.ok(
          harness.http.as(null)<{ user: Document }>('POST', '/api/auth/local/register', {
            username: 'uma',
            email: 'uma@example.com',
            password: PASSWORD,
          })
        );
        id = user.id;
      });
      expect(registered).toMatchObject({ uid: 'plugin::users-permissions.user' });
      expect(registered?.body.text).not.toContain('password');
      await harness.compare(['entry.update'], () =>
        api(`PUT`, `/api/users/${id}`, { email: 'u@example.com' })
      );
      await harness.compare(['entry.create'], () =>
        admin('POST', USERS, {
          username: 'ugo',
          email: 'ugo@example.com',
          password: PASSWORD,
          confirmed: true,
          role: { connect: [{ id: 1 }] },
        })
      );
    });
  });
});
