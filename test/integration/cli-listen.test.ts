/** `listen`, as a process: forwards to a URL that Strapi could not call, and leaves nothing behind. */
import { Webhook } from 'standardwebhooks';

import type { EndpointView, MessageDetail, TopicView } from '../../server/src/panel/contract';
import { createAdminToken, runCli, startCli, type RunningCli } from '../support/cli';
import { createReceiver, type Receiver } from '../support/receiver';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const PERMISSIONS = [
  'topics.read',
  'endpoints.create',
  'endpoints.delete',
  'messages.cancel',
  'messages.replay',
] as const;
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

interface Line {
  id: string;
  event: string;
  attempt: number;
  status: number | null;
  error: string | null;
  ms: number;
}

let api: AdminApi;
let local: Receiver;
let topic: TopicView;
let env: Record<string, string>;
let running: RunningCli | undefined;

beforeAll(async () => {
  // Nothing on this machine may be called by the server.
  api = await bootAdminApi({ plugin: {} });
  topic = await api.createTopic();
  const { origin, admin } = api.app.http;
  env = { STRAPI_URL: origin, STRAPI_ADMIN_TOKEN: await createAdminToken(admin, ...PERMISSIONS) };
}, 120_000);
afterAll(async () => {
  await api?.close();
});
beforeEach(async () => {
  local = await createReceiver();
});
afterEach(async () => {
  await running?.end('SIGKILL');
  for (const { id } of await endpoints()) {
    await api.call('DELETE', `/endpoints/${id}?cancelPending=true`);
  }
  await local.close();
});

const endpoints = () => api.get<EndpointView[]>('/endpoints');
const publish = (payload: unknown) => api.publish(topic, payload);

const start = (...more: string[]): Promise<RunningCli> => startAt(local.url, ...more);

async function startAt(origin: string, ...more: string[]): Promise<RunningCli> {
  running = startCli(['listen', `${origin}/hook`, '--topic', topic.name, ...more], env);
  await running.untilNote((line) => line.startsWith('Ctrl-C ends'));
  return running;
}

const parsed = (line: string): Line => JSON.parse(line) as Line;
const untilMessage = async (cli: RunningCli, id: string, attempt = 1): Promise<Line> =>
  parsed(await cli.untilLine((line) => parsed(line).id === id && parsed(line).attempt === attempt));

it('forwards a message as a request, and settles it with the response', async () => {
  const cli = await start('--json', '--secret', SECRET);
  expect(cli.notes.join()).not.toContain(SECRET);
  local.respondWith(() => ({ status: 201, body: 'made' }));
  const id = await publish({ hello: 'there' });
  const line = await untilMessage(cli, id);
  expect(line).toMatchObject({ attempt: 1, status: 201, error: null });
  const [request] = local.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/hook' });
  const headers = request!.headers as Record<string, string>;
  expect(headers['webhook-id']).toBe(id);
  expect(new Webhook(SECRET).verify(request!.body, headers)).toEqual({ hello: 'there' });
  const { state, attemptLog } = await api.get<MessageDetail>(`/messages/${id}`);
  expect(state).toBe('delivered');
  expect(attemptLog[0]).toMatchObject({ status: 201, response: { body: { text: 'made' } } });
});

it('sends the last message again on r, delivered or not', async () => {
  const cli = await start('--json');
  cli.type('r');
  await cli.untilNote((line) => line === 'there was no message yet');
  local.script([500, 200, 200]);
  const id = await publish({ n: 1 });
  expect(await untilMessage(cli, id, 1)).toMatchObject({ status: 500 });
  cli.type('r');
  expect(await untilMessage(cli, id, 2)).toMatchObject({ status: 200 });
  cli.type('r');
  expect(await untilMessage(cli, id, 3)).toMatchObject({ status: 200 });
  expect(local.requests).toHaveLength(3);
});

it('removes its endpoint on Ctrl-C, and what waits for it', async () => {
  const cli = await start();
  const [endpoint] = await endpoints();
  expect(endpoint).toMatchObject({ url: 'pull:', topics: [{ name: topic.name }] });
  expect(endpoint!.expiresAt).toBeGreaterThan(Date.now());
  local.respondWith(() => 500);
  const id = await publish({});
  expect(await cli.untilLine((line) => line.includes(id))).toMatch(
    /^\d\d:\d\d:\d\d {2}\S+ {2}500 {2}\d+ ms {2}msg_/
  );
  expect(await cli.end('SIGINT')).toBe(0);
  expect(cli.notes.at(-1)).toBe('Removed the endpoint');
  expect(await endpoints()).toEqual([]);
  expect(await api.stateOf(id)).toBe('canceled');
});

it('says why nothing answered, and goes on', async () => {
  const gone = await createReceiver();
  await gone.close();
  const cli = await startAt(gone.url, '--json');
  const id = await publish({});
  const { status, error } = await untilMessage(cli, id);
  expect([status, error]).toEqual([null, expect.stringContaining('ECONNREFUSED')]);
  expect((await api.get<MessageDetail>(`/messages/${id}`)).lastError).toContain('ECONNREFUSED');
});

it('forwards only what passes the filter', async () => {
  const changes = await api.createTopic({
    events: ['entry.create'],
    contentTypes: ['api::article.article'],
  });
  const filter = '{"entry":{"title":{"$startsWith":"News"}}}';
  running = startCli(
    ['listen', `${local.url}/hook`, '-t', changes.name, '--filter', filter, '--json'],
    env
  );
  await running.untilNote((line) => line.startsWith('Ctrl-C ends'));
  const articles = api.app.strapi.documents('api::article.article');
  await articles.create({ data: { title: 'Old' } });
  await articles.create({ data: { title: 'News of today' } });
  await running.untilLine(() => true);
  const [request] = local.requests;
  expect(local.requests).toHaveLength(1);
  expect(JSON.parse(request!.body.toString())).toMatchObject({ entry: { title: 'News of today' } });
});

it('is ended by the removal of its endpoint', async () => {
  const cli = await start();
  const [endpoint] = await endpoints();
  await api.call('DELETE', `/endpoints/${endpoint!.id}`);
  await cli.untilNote((line) => line === 'the endpoint was removed');
  expect(await cli.ended).toBe(1);
});

it('leaves an endpoint behind when it is killed, which the server removes', async () => {
  const cli = await start();
  const id = await publish({});
  await cli.untilLine((line) => line.includes(id));
  await cli.end('SIGKILL');
  const waiting = await publish({});
  await api.runtime.maintenance.finishDeletions();
  expect(await endpoints()).toHaveLength(1);
  await api.app.strapi.db.connection('gw_endpoints').update({ expires_at: 1 });
  await api.runtime.maintenance.finishDeletions();
  await api.runtime.directory.refreshIfChanged();
  expect(await endpoints()).toEqual([]);
  expect(await api.stateOf(waiting)).not.toBe('delivered');
});

it.each([
  [[], 2, 'name the URL to forward to'],
  [['localhost:3000'], 2, '"localhost:3000" is not an http or https URL'],
  [['http://localhost', 'http://b'], 2, '"http://b" is too much'],
  [['http://localhost'], 2, '--topic is missing'],
  [['http://localhost', '--topic', 'x', '--filter', '{'], 2, '--filter is not JSON'],
  [['http://localhost', '--topic', 'nope'], 1, 'there is no topic "nope". Topics: topic-1'],
])('refuses %j', async (args, code, reason) => {
  const result = await runCli(['listen', ...args], env);
  expect(result.code).toBe(code);
  expect(result.stderr).toContain(reason);
  expect(await endpoints()).toEqual([]);
});

it('names the permission that the token lacks', async () => {
  const token = await createAdminToken(api.app.http.admin, 'topics.read');
  const result = await runCli(['listen', local.url, '-t', topic.name], {
    ...env,
    STRAPI_ADMIN_TOKEN: token,
  });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('lacks the permission endpoints.create');
});
