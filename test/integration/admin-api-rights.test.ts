/** Who may do what: every route against no login, the wrong login, a role without the right, a role with it alone. */
import type {
  AuditEntry,
  EventView,
  JobView,
  MessageDetail,
  Page,
  TestSendResult,
} from '../../server/src/panel/contract';
import { PERMISSIONS, type Permission } from '../../server/src/panel/permissions';
import { ADMIN_ROUTES } from '../../server/src/panel/routes/admin';
import { createAdminToken } from '../support/cli';
import { ADMIN } from '../support/strapi';
import { bootAdminApi, type AdminApi, type Call } from './admin-api-fixture';

let api: AdminApi;

beforeAll(async () => {
  api = await bootAdminApi({ env: { MCP: 'true' } });
}, 120_000);

afterAll(async () => {
  await api?.close();
});

/** Nothing has these ids: what gets past the guard ends in 404 or 400, and changes nothing. */
const target = (path: string): string =>
  path.replace(':id', '999999').replace(/:(messageId|scheduleId|name)/, 'msg_unknown');

const routes = ADMIN_ROUTES.map(
  ({ method, path, permission }) => [method, path, permission] as const
);

/** Routes that require more than one permission. */
const ALSO: Partial<Record<string, readonly Permission[]>> = {
  'POST /endpoints/setup': ['topics.create'],
  'POST /topics/:id/send': ['topics.read'],
  'POST /endpoints/:id/send': ['endpoints.read'],
  'GET /messages/:messageId/previous': ['messages.read-payload'],
  'POST /settings/plan': ['endpoints.read', 'topics.read', 'schedules.read'],
};

describe('every route', () => {
  const admins = new Map<Permission | 'none', Call>();

  beforeAll(async () => {
    admins.set('none', await api.adminWith());
    for (const permission of PERMISSIONS) {
      admins.set(permission, await api.adminWith(permission));
    }
  }, 60_000);

  it.each(routes)('%s %s refuses requests without a login', async (method, path) => {
    const response = await api.app.http.as(null)(method, `/guaranteed-webhooks${target(path)}`);
    expect(response.status).toBe(401);
  });

  it.each(routes)('%s %s refuses a content API token', async (method, path) => {
    const response = await api.app.http.api(method, `/guaranteed-webhooks${target(path)}`);
    expect(response.status).toBe(401);
  });

  it.each(routes)('%s %s refuses a role without permissions', async (method, path) => {
    const response = await admins.get('none')!(method, target(path));
    expect(response.status).toBe(403);
  });

  it.each(routes)('%s %s requires %s', async (method, path, permission) => {
    const also = ALSO[`${method} ${path}`];
    const alone = admins.get(permission)!;
    if (also) expect((await alone(method, target(path))).status).toBe(403);
    const admin = also ? await api.adminWith(permission, ...also) : alone;
    const allowed = await admin(method, target(path));
    expect(allowed.status).not.toBe(401);
    expect(allowed.status).not.toBe(403);
    expect(allowed.status).toBeLessThan(500);
    for (const other of PERMISSIONS.filter((candidate) => candidate !== permission)) {
      const refused = await admins.get(other)!(method, target(path));
      expect([other, refused.status]).toEqual([other, 403]);
    }
  });

  it('checks the permission before the input', async () => {
    const response = await admins.get('none')!('POST', '/topics', { nonsense: true });
    expect(response.status).toBe(403);
  });
});

describe('permissions that depend on the input', () => {
  it('skipping messages on hold also requires the permission to cancel', async () => {
    const endpoint = await api.createEndpoint();
    await api.call('POST', `/endpoints/${endpoint.id}/pause`, {});
    const editor = await api.adminWith('endpoints.update');

    const skip = await editor('POST', `/endpoints/${endpoint.id}/resume`, { held: 'skip' });
    const deliver = await editor('POST', `/endpoints/${endpoint.id}/resume`, { held: 'deliver' });

    expect(skip.status).toBe(403);
    expect(skip.body.error).toMatchObject({
      name: 'ForbiddenError',
      message: expect.stringContaining('messages.cancel') as string,
    });
    expect(deliver.status).toBe(200);
  });

  it('deleting an endpoint with its pending messages also requires the permission to cancel', async () => {
    const endpoint = await api.createEndpoint();
    const remover = await api.adminWith('endpoints.delete');

    const withMessages = await remover('DELETE', `/endpoints/${endpoint.id}?cancelPending=true`);
    const without = await remover('DELETE', `/endpoints/${endpoint.id}`);

    expect(withMessages.status).toBe(403);
    expect(without.status).toBe(200);
  });

  it('canceling a job requires the permission to start one of its kind', async () => {
    const body = { filter: { event: ['never'] } };
    const { job } = await api.post<{ job: JobView }>('/messages/delete', body);
    const reader = await api.adminWith('messages.read', 'messages.replay');
    const remover = await api.adminWith('messages.read', 'messages.delete');
    await api.runtime.maintenance.stepJobs();

    expect((await reader('POST', `/jobs/${job.id}/cancel`)).status).toBe(403);
    expect((await remover('POST', `/jobs/${job.id}/cancel`)).status).toBe(409); // it has finished
  });
});

describe("tools of Strapi's MCP server", () => {
  interface Rpc {
    result: {
      tools?: { name: string }[];
      isError?: boolean;
      content?: { text: string }[];
      structuredContent?: Record<string, never>;
    };
  }

  const tokens = new Map<string, Promise<string>>();

  /** Speaks JSON-RPC with a token that has these permissions. */
  async function agentWith(...permissions: Permission[]) {
    const name = permissions.join();
    const made = tokens.get(name) ?? createAdminToken(api.app.http.admin, ...permissions);
    tokens.set(name, made);
    const token = await made;
    const rpc = async (method: string, params: object): Promise<Rpc['result']> => {
      const response = await fetch(`${api.app.http.origin}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
      const text = await response.text();
      const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
      return (JSON.parse(data) as Rpc).result;
    };
    return {
      tools: async () => {
        const names = ((await rpc('tools/list', {})).tools ?? []).map(({ name }) => name);
        return names.filter((name) => name.startsWith(TOOLS)).map((n) => n.slice(TOOLS.length));
      },
      call: (name: string, args: object = {}) =>
        rpc('tools/call', { name: TOOLS + name, arguments: args }),
    };
  }

  const TOOLS = 'guaranteed_webhooks_';

  it('are those that the token has the permission for', async () => {
    expect(await (await agentWith('topics.read')).tools()).toEqual([]);
    const reader = await agentWith('endpoints.read', 'messages.read');
    expect(await reader.tools()).toEqual([
      'list_endpoints',
      'list_messages',
      'get_message',
      'endpoint_health',
    ]);
    const replayer = await agentWith('messages.replay');
    expect(await replayer.tools()).toEqual(['replay_message']);
  });

  it('read endpoints, their health, and messages with their attempts', async () => {
    const { endpoint, ids } = await api.deadMessages(2);
    const reader = await agentWith('endpoints.read', 'messages.read');
    const { structuredContent: listed } = await reader.call('list_endpoints');
    const one = { id: endpoint.id, name: endpoint.name, state: 'active', suspended: false };
    expect(listed).toMatchObject({
      endpoints: expect.arrayContaining([expect.objectContaining(one)]) as unknown,
    });
    expect(JSON.stringify(listed)).not.toContain(endpoint.secret);
    const { structuredContent: health } = await reader.call('endpoint_health', {
      endpointId: endpoint.id,
    });
    expect(health).toMatchObject({ endpoints: [{ ...one, failed: 2, pending: 0 }] });

    const filter = { endpointId: endpoint.id, state: ['dead'], limit: 1 };
    const first = (await reader.call('list_messages', filter)).structuredContent;
    expect(first).toMatchObject({ messages: [{ messageId: ids[1], state: 'dead' }] });
    const { nextCursor: cursor } = first as unknown as { nextCursor: string };
    const next = (await reader.call('list_messages', { ...filter, cursor })).structuredContent;
    expect(next).toMatchObject({ messages: [{ messageId: ids[0] }] });

    const hidden = (await reader.call('get_message', { messageId: ids[0] })).structuredContent;
    expect(hidden).toMatchObject({
      message: { messageId: ids[0], body: null },
      attempts: [{ number: 1, status: 500, response: { body: null } }],
    });
    const auditor = await agentWith('messages.read', 'messages.read-payload');
    const shown = (await auditor.call('get_message', { messageId: ids[0] })).structuredContent;
    expect(shown).toMatchObject({
      message: { body: '{"n":0}' },
      attempts: [{ response: { body: 'answer' } }],
    });
  });

  it('replay, in the name of the owner of the token, and say why they cannot', async () => {
    const { ids } = await api.deadMessages(1);
    const messageId = ids[0]!;
    const agent = await agentWith('messages.replay');
    const { structuredContent } = await agent.call('replay_message', { messageId });
    expect(structuredContent).toMatchObject({ message: { messageId, state: 'pending' } });
    await api.deliver();
    const { attemptLog } = await api.get<MessageDetail>(`/messages/${messageId}`);
    expect(attemptLog.at(-1)?.trigger).toMatchObject({
      kind: 'replay',
      actor: { kind: 'admin', label: expect.stringContaining(ADMIN.firstname) as string },
    });
    const audit = await api.get<Page<AuditEntry>>(`/audit-log?item=message&key=${messageId}`);
    expect(audit.results).toMatchObject([{ action: 'replay', actor: { kind: 'admin' } }]);

    const refused = await agent.call('replay_message', { messageId: 'msg_unknown' });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.content?.[0]?.text).toMatch(/^NOT_FOUND: /);
  });
});

describe('payloads', () => {
  it('are shown with the permission, and null without it', async () => {
    const topic = await api.createTopic();
    await api.createEndpoint({ topicIds: [topic.id] });
    const messageId = await api.publish(topic, { salary: 1_000 });
    const reader = await api.adminWith('messages.read', 'endpoints.test');
    const auditor = await api.adminWith('messages.read', 'messages.read-payload', 'endpoints.test');

    const path = `/messages/${messageId}`;
    const { body: hidden } = await reader<MessageDetail>('GET', path);
    const { body: shown } = await auditor<MessageDetail>('GET', path);

    expect(JSON.stringify(hidden)).not.toContain('salary');
    expect(hidden.body).toBeNull();
    expect(hidden.attemptLog).toHaveLength(1);
    expect(hidden.attemptLog[0]).toMatchObject({ status: 200, response: { body: null } });
    expect(shown.body).toEqual({ text: '{"salary":1000}', encoding: 'utf8' });
    expect(shown.attemptLog[0]?.response?.body).toEqual({ text: 'answer', encoding: 'utf8' });

    const event = `/events/${hidden.eventId}`;
    expect((await reader('GET', event)).body).toMatchObject({ name: topic.name, body: null });
    expect((await auditor<EventView>('GET', event)).body).toMatchObject({ body: shown.body });
  });

  it('are not shown in titles of entries, nor found by a search, without the permission', async () => {
    const topic = await api.createTopic({
      events: ['entry.publish'],
      contentTypes: ['api::article.article'],
    });
    await api.createEndpoint({ topicIds: [topic.id] });
    const articles = api.app.strapi.documents('api::article.article');
    await articles.create({ data: { title: 'Ten gardens' }, status: 'published' });
    const reader = await api.adminWith('messages.read', 'messages.delete');
    const auditor = await api.adminWith('messages.read', 'messages.read-payload');

    const path = '/messages?search=ten%20GARDENS';
    type Listed = { results: MessageDetail[] };
    const [found] = (await auditor<Listed>('GET', path)).body.results;
    expect(found).toMatchObject({ event: 'entry.publish', entryTitle: 'Ten gardens' });
    expect((await reader<Listed>('GET', path)).body.results).toEqual([]);
    const { body: listed } = await reader<Listed>('GET', '/messages?event=entry.publish');
    expect(listed.results).toMatchObject([{ entryTitle: null }]);
    const { body: shown } = await reader<MessageDetail>('GET', `/messages/${found!.messageId}`);
    expect(shown.cause.entryTitle).toBeNull();
    expect((await reader('GET', '/events?title=gardens')).status).toBe(403);
    type Events = { results: EventView[] };
    const events = (await auditor<Events>('GET', '/events?title=gardens')).body.results;
    expect(events).toMatchObject([{ entryTitle: 'Ten gardens', total: 1 }]);
    expect((await reader<Events>('GET', '/events?name=entry.publish')).body.results).toMatchObject([
      { entryTitle: null },
    ]);
    const bulk = { filter: { search: 'Ten gardens' }, dryRun: true };
    expect((await reader('POST', '/messages/delete', bulk)).body).toMatchObject({ matched: 0 });
  });

  it('of responses to a test are null without the permission', async () => {
    const endpoint = await api.createEndpoint();
    const tester = await api.adminWith('endpoints.test');
    const path = `/endpoints/${endpoint.id}/test`;
    const { status, body } = await tester<TestSendResult>('POST', path);
    expect(status).toBe(200);
    expect(body.attempt).toMatchObject({ status: 200, response: { body: null } });
  });
});

describe('entries sent by hand', () => {
  const ARTICLE = 'api::article.article';

  /** May read articles of its own and nothing else in the Content Manager. */
  async function editorOfOwn(...permissions: Permission[]): Promise<Call> {
    const editor = await api.adminWith(...permissions);
    const roles = api.app.strapi.db.query('admin::role');
    const [role] = (await roles.findMany({ orderBy: { id: 'desc' }, limit: 1 })) as {
      id: number;
    }[];
    await api.app.strapi.db.query('admin::permission').create({
      data: {
        role: role!.id,
        action: 'plugin::content-manager.explorer.read',
        subject: ARTICLE,
        properties: { fields: ['title'], locales: ['en'] },
        conditions: ['admin::is-creator'],
        actionParameters: {},
      },
    });
    return editor;
  }

  it('are those that the editor may read, to what the editor may see', async () => {
    const topic = await api.createTopic({ events: ['entry.*'], contentTypes: [ARTICLE] });
    const endpoint = await api.createEndpoint({ topicIds: [topic.id] });
    const articles = api.app.strapi.documents(ARTICLE);
    const { documentId } = await articles.create({ data: { title: 'Of others' } });
    const stranger = await api.adminWith('messages.send', 'endpoints.read');
    const editor = await editorOfOwn('messages.send', 'endpoints.read');
    const target = `/endpoints/${endpoint.id}/send`;
    const input = { uid: ARTICLE, documentIds: [documentId], locale: 'en' };
    expect((await stranger('POST', target, input)).status).toBe(403);
    expect((await editor('POST', target, input)).status).toBe(403);

    const users = api.app.strapi.db.query('admin::user');
    const [user] = (await users.findMany({ orderBy: { id: 'desc' }, limit: 1 })) as {
      id: number;
    }[];
    await articles.update({ documentId, data: { createdBy: user!.id } as never });
    expect((await editor('POST', target, input)).status).toBe(201);
    expect((await editor('POST', `/topics/${topic.id}/send`, input)).status).toBe(403);
    type Targets = { topics: unknown[]; endpoints: unknown[] };
    const { body } = await editor<Targets>('GET', `/send-targets?uid=${ARTICLE}`);
    expect(body.topics).toEqual([]);
    expect(body.endpoints).toContainEqual({ id: endpoint.id, name: endpoint.name });
  });
});
