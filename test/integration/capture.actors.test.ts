/** Each event says who made the change: a person in the panel, a token, a user of the site, or nobody. */
import type { Actor } from '../../server/src/core/message/message';
import { bootDifferential, type Differential } from '../support/differential';
import { ADMIN, describeEachDatabase, type BootedStrapi } from '../support/strapi';

const ARTICLE = '/content-manager/collection-types/api::article.article';

const PASSWORD = 'Password123';

interface Document {
  documentId: string;
  id: number;
}

describeEachDatabase('who did it', (database) => {
  let harness: BootedStrapi & Differential;
  beforeAll(async () => {
    harness = await bootDifferential(database);
  }, 120_000);
  afterAll(() => harness.close());

  const admin = async <Body = { data: Document }>(path: string, body: unknown): Promise<Body> =>
    harness.http.ok(harness.http.admin<Body>('POST', path, body));

  async function actorOf(change: () => Promise<unknown>): Promise<Actor> {
    await change();
    const [event] = await harness.recorded();
    if (event === undefined) throw new Error('nothing was captured');
    return event.actor;
  }

  it('is an admin', async () => {
    expect(await actorOf(() => admin(ARTICLE, { title: 'a' }))).toEqual({
      kind: 'admin',
      id: 1,
      label: `${ADMIN.firstname} ${ADMIN.lastname}`,
    });
  });

  it('is an API token', async () => {
    expect(
      await actorOf(() => harness.http.api('POST', '/api/pages', { data: { title: 'a' } }))
    ).toEqual({
      kind: 'api-token',
      id: expect.any(Number) as number,
      label: 'test token',
    });
  });

  it('is an admin token', async () => {
    const token = await admin<{ data: { id: number; accessKey: string } }>('/admin/admin-tokens', {
      name: 'robot',
      description: '',
      lifespan: null,
      adminPermissions: [
        {
          action: 'plugin::content-manager.explorer.create',
          subject: 'api::article.article',
          properties: { fields: ['title'], locales: ['en'] },
          conditions: [],
        },
      ],
    });
    const robot = harness.http.as(token.data.accessKey);
    expect(
      await actorOf(() => harness.http.ok(robot('POST', ARTICLE, { title: 'by a robot' })))
    ).toEqual({ kind: 'admin-token', id: token.data.id, label: 'robot' });
  });

  it('is a user', async () => {
    const role = (await harness.strapi.db
      .query('plugin::users-permissions.role')
      .findOne({ where: { type: 'authenticated' } })) as Document;
    await harness.strapi.db
      .query('plugin::users-permissions.permission')
      .create({ data: { action: 'api::page.page.create', role: role.id } });
    const { jwt, user } = await harness.http.ok(
      harness.http.as(null)<{ jwt: string; user: Document }>('POST', '/api/auth/local/register', {
        username: 'writer',
        email: 'writer@example.com',
        password: PASSWORD,
      })
    );
    await harness.recorded();
    expect(
      await actorOf(() =>
        harness.http.ok(harness.http.as(jwt)('POST', '/api/pages', { data: { title: 'mine' } }))
      )
    ).toEqual({ kind: 'user', id: user.id, label: 'writer' });
  });

  it('is nobody outside a request', async () => {
    const pages = harness.strapi.documents('api::page.page');
    expect(await actorOf(() => pages.create({ data: { title: 'a' } }))).toEqual({ kind: 'none' });
  });
});
