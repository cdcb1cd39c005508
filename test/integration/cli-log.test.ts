/** `tail` and `replay`, as processes: the log of a running Strapi, for people and for scripts. */
import type { MessageView } from '../../server/src/panel/contract';
import { createAdminToken, runCli, startCli, type RunningCli } from '../support/cli';
import { bootAdminApi, type AdminApi, type Subscription } from './admin-api-fixture';

let api: AdminApi;
let env: Record<string, string>;
let working: Subscription;
let failing: Subscription;

beforeAll(async () => {
  api = await bootAdminApi();
  const { origin, admin } = api.app.http;
  const token = await createAdminToken(admin, 'messages.read', 'messages.replay');
  env = { STRAPI_URL: origin, STRAPI_ADMIN_TOKEN: token };
  working = await api.subscribe(200);
  failing = await api.subscribe(500);
}, 120_000);
afterAll(async () => {
  await api?.close();
});

const messageOf = (line: string): MessageView => JSON.parse(line) as MessageView;
const messagesIn = (text: string): MessageView[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(messageOf);

async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('tail', () => {
  let running: RunningCli | undefined;
  afterEach(async () => {
    await running?.end('SIGKILL');
  });

  it('prints the latest messages, oldest first, a line each', async () => {
    const ids = [await api.publish(working.topic), await api.publish(failing.topic)];
    const lines = (await cli('tail', '--once', '--lines', '2')).trimEnd().split('\n');
    expect(lines.map((line) => ids.findIndex((id) => line.endsWith(id)))).toEqual([0, 1]);
    expect(lines[0]).toContain(`  delivered  `);
    expect(lines[0]).toContain(`  ${working.endpoint.name}  200  attempt 1  `);
    expect(lines[1]).toContain(`  ${failing.endpoint.name}  500  attempt 1  `);
    expect(messagesIn(await cli('tail', '--once', '--json', '-n', '1'))).toMatchObject([
      { messageId: ids[1], state: 'dead', lastStatus: 500 },
    ]);
  });

  it('narrows to topics, endpoints, states and times', async () => {
    const statesOf = async (...options: string[]) => {
      const found = messagesIn(await cli('tail', '--once', '--json', ...options));
      return [...new Set(found.map(({ state }) => state))];
    };
    expect(await statesOf('--topic', working.topic.name)).toEqual(['delivered']);
    expect(await statesOf('--endpoint', String(failing.endpoint.id))).toEqual(['dead']);
    expect(await statesOf('--state', 'dead', '--status', '500')).toEqual(['dead']);
    expect(await statesOf('--since', '1h', '--state', 'canceled')).toEqual([]);
    expect(await statesOf('--since', '2040-01-01')).toEqual([]);
  });

  async function follow(...options: string[]): Promise<RunningCli> {
    running = startCli(['tail', '--json', '-n', '1', ...options], env);
    await running.untilLine(() => true);
    return running;
  }

  it('follows: each message, and each change of its status', async () => {
    const { topic } = failing;
    const following = await follow('--topic', topic.name);
    const id = await api.publish(topic);
    await following.untilLine((line) => line.includes(id));
    await api.post(`/messages/${id}/replay`);
    await api.deliver();
    await following.untilLine((line) => messageOf(line).attempts === 2);
    await api.publish(working.topic);
    const last = await api.publish(topic);
    await following.untilLine((line) => line.includes(last));
    const all = following.lines.map(messageOf);
    expect(all.every(({ topicName }) => topicName === topic.name)).toBe(true);
    const shown = all.map(({ messageId, state, attempts }) => [messageId, state, attempts].join());
    expect(new Set(shown).size).toBe(shown.length);
  });

  it('judges the status when it changes', async () => {
    const { topic, endpoint } = await api.subscribe(503);
    const following = await follow('--state', 'dead', '--state', 'canceled');
    await api.post(`/endpoints/${endpoint.id}/pause`);
    const id = await api.publish(topic);
    await api.post(`/messages/${id}/cancel`);
    const line = await following.untilLine((text) => text.includes(id));
    expect(messageOf(line)).toMatchObject({ messageId: id, state: 'canceled' });
  });
});

describe('replay', () => {
  it('sends messages again by id', async () => {
    const id = await api.publish(working.topic);
    expect(await cli('replay', id)).toBe('Replayed 1 message\n');
    await api.deliver();
    expect(api.received(id)).toHaveLength(2);
    expect(JSON.parse(await cli('replay', id, '--json'))).toEqual({ matched: 1, replayed: 1 });
    expect(await cli('replay', 'msg_nobody')).toBe('Matched 0 messages\n');
  });

  it('counts what a filter matches, and replays it as a job', async () => {
    const { topic } = await api.deadMessages(3);
    const filter = ['--topic', topic.name];
    expect(await cli('replay', ...filter, '--dry-run')).toBe('Matched 3 messages\n');
    const asked = await runCli(['replay', ...filter], env);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('--yes is needed where nobody can be asked');
    const result = JSON.parse(await cli('replay', ...filter, '--yes', '--json')) as { job: number };
    expect(result).toEqual({ matched: 3, job: expect.any(Number) as number });
    await api.runtime.maintenance.stepJobs();
    expect(await api.get(`/jobs/${result.job}`)).toMatchObject({ state: 'finished', done: 3 });
  });

  it.each([
    [[], 'give either message ids or a filter'],
    [['msg_1', '--state', 'dead'], 'give either message ids or a filter'],
    [['--state', 'gone'], '--state: "gone" is none of pending,'],
    [['--endpoint', 'shop'], '--endpoint: "shop" is not a number'],
    [['--since', 'yesterday'], '--since: "yesterday" is not a time'],
  ])('refuses %j', async (args, reason) => {
    const { code, stderr } = await runCli(['replay', ...args], env);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });

  it('says what Strapi refuses', async () => {
    const { code, stderr } = await runCli(['replay', '--state', 'pending', '-y'], env);
    expect([code, stderr]).toEqual([
      1,
      'replay acts on delivered, dead, canceled messages, not on pending ones\n',
    ]);
    const token = await createAdminToken(api.app.http.admin, 'topics.read');
    const refused = await runCli(['tail'], { ...env, STRAPI_ADMIN_TOKEN: token });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      'the token lacks the permission messages.read of the plugin (403)\n',
    ]);
  });
});
