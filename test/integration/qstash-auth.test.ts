/** Authorization by Strapi's API tokens, in the header or the query, with their permissions. */
import { ROUTES } from '../../server/src/qstash/http/routes';
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;
let readOnly: string;

beforeAll(async () => {
  qstash = await bootQstash();
  readOnly = await qstash.token('read-only');
});
afterAll(() => qstash.close());

const pathOf = (pattern: string): string =>
  pattern
    .replace(/^(.*\/publish|.*\/enqueue\/:queue|.*\/schedules)\/-$/, `$1/${ELSEWHERE}`)
    .replace(/:\w+/g, 'x');

describe('without a valid token', () => {
  it.each(ROUTES.map(({ method, path }) => [method, path]))(
    '%s %s is refused',
    async (method, path) => {
      for (const token of [null, 'wrong']) {
        const response = await qstash.request(pathOf(path), { method, token });
        expect(response.status).toBe(401);
        expect(await response.json()).toEqual({ error: 'unable to authenticate: invalid token' });
      }
    }
  );

  it('does not read the body', async () => {
    const body = Buffer.alloc(qstash.runtime.config.v2.maxBatchBytes + 1);
    const response = await qstash.request('/v2/batch', { method: 'POST', token: 'wrong', body });
    expect(response.status).toBe(401);
  });
});

describe('a read-only token', () => {
  const reads = ROUTES.filter(({ handler }) => /\.find(One)?$/.test(handler));
  const writes = ROUTES.filter((call) => !reads.includes(call));

  it.each(reads.map(({ method, path }) => [method, path]))(
    'may call %s %s',
    async (method, path) => {
      const response = await qstash.request(pathOf(path), { method, token: readOnly });
      expect([200, 404]).toContain(response.status);
    }
  );

  it.each(writes.map(({ method, path }) => [method, path]))(
    'may not call %s %s',
    async (method, path) => {
      const response = await qstash.request(pathOf(path), { method, token: readOnly });
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({ error: 'forbidden: this token may not do that' });
    }
  );

  it('may call GET routes only', () => {
    expect(new Set(reads.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(writes.filter(({ method }) => method === 'GET').map(({ handler }) => handler)).toEqual(
      ROUTES.some(({ handler }) => handler === 'v2-keys.reveal') ? ['v2-keys.reveal'] : []
    );
  });
});

describe('a role of the Users & Permissions plugin', () => {
  it.each(['public', 'authenticated'])('%s is refused, whatever its permissions', async (type) => {
    const { db } = qstash.app.strapi;
    const role = (await db
      .query('plugin::users-permissions.role')
      .findOne({ where: { type } })) as { id: number };
    const handlers = ['v2-keys.reveal', 'v2-topics.find'];
    for (const handler of handlers) {
      const action = `plugin::guaranteed-webhooks.${handler}`;
      await db
        .query('plugin::users-permissions.permission')
        .create({ data: { action, role: role.id } });
    }
    const user = { username: type, email: `${type}@example.com`, password: 'Password123' };
    const { jwt } = await qstash.app.http.ok(
      qstash.app.http.as(null)<{ jwt: string }>('POST', '/api/auth/local/register', user)
    );
    for (const path of ['/v2/keys', '/v2/topics']) {
      const token = type === 'public' ? null : jwt;
      const response = await qstash.request(path, { token });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ error: 'unable to authenticate: invalid token' });
    }
  });
});

describe('a custom token', () => {
  it('may do only what it is granted', async () => {
    const token = await qstash.token(['v2-messages.publish']);
    const publisher = qstash.clientWith(token);
    const { messageId } = await publisher.publish({ url: ELSEWHERE, delay: 60 });
    expect(await qstash.failure(publisher.messages.get(messageId))).toMatchObject({ status: 403 });
    expect(await qstash.failure(publisher.messages.cancel(messageId))).toMatchObject({
      status: 403,
    });
  });
});

describe('a token in the query', () => {
  it('is accepted like one in the header', async () => {
    const path = `/v2/topics?qstash_token=${qstash.app.http.apiToken}`;
    expect((await qstash.request(path, { token: null })).status).toBe(200);
  });

  it('leaves the Authorization header to the receiver', async () => {
    const query = `qstash_token=${qstash.app.http.apiToken}&upstash-header-forward=true`;
    const response = await fetch(`${qstash.url}/v2/publish/${qstash.receiver.url}/auth?${query}`, {
      method: 'POST',
      headers: { authorization: 'Bearer of-the-receiver' },
    });
    expect(response.status).toBe(200);
    expect((await qstash.arrival('/auth')).headers.authorization).toBe('Bearer of-the-receiver');
  });
});

it('leaves other requests alone', async () => {
  const response = await qstash.app.http.as(null)('GET', '/api/guaranteed-webhooks/topics');
  expect(response.body).toMatchObject({ data: null, error: { status: 404 } });
});
