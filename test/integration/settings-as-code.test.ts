/** Topics, endpoints and schedules that `config/webhooks` describes: applied at boot, and read-only elsewhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Core } from '@strapi/strapi';
import omit from 'lodash/omit';

import type { EndpointsService } from '../../server/src/api/endpoints';
import type { SchedulesService } from '../../server/src/api/schedules';
import type { TopicsService } from '../../server/src/api/topics';
import type {
  ApiError,
  EndpointView,
  SettingsCode,
  ScheduleView,
  SettingsPlan,
  TopicView,
} from '../../server/src/panel/contract';
import type { Runtime } from '../../server/src/runtime/runtime';
import { createAdminToken, runCli } from '../support/cli';
import type { TestDatabase } from '../support/databases';
import {
  ARTICLE,
  BAD_SETTINGS,
  NEXT_SECRET,
  SECRET,
  SETTINGS,
  TOKEN,
} from '../support/settings-file';
import { createCluster } from '../support/replicas';
import {
  bootStrapi,
  databasesUnderTest,
  startedDatabase,
  type BootedStrapi,
  type DatabaseKind,
} from '../support/strapi';

const BOOT_MS = 120_000;

let database: TestDatabase;
let app: BootedStrapi | undefined;

const open = async (kind: DatabaseKind): Promise<void> => {
  database = await startedDatabase(kind);
};

async function boot(settings: object): Promise<BootedStrapi> {
  await app?.close();
  app = undefined;
  app = await bootStrapi({ on: database, settings, listen: false });
  return app;
}

const stop = async (): Promise<void> => {
  await app?.close();
  app = undefined;
  await database?.drop();
};

const service = <T extends Core.Service>(name: string): T =>
  (app as BootedStrapi).strapi.plugin('guaranteed-webhooks').service<T>(name);
const topics = () => service<TopicsService>('topics');
const endpoints = () => service<EndpointsService>('endpoints');
const schedules = () => service<SchedulesService>('schedules');
const runtime = () => service<Runtime>('runtime');

async function named<T extends { name: string }>(list: Promise<T[]>, name: string): Promise<T> {
  const found = (await list).find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const endpoint = (name = 'search') => named(endpoints().list(), name);
const topic = (name = 'articles') => named(topics().list(), name);

/** Everything that is stored of topics, endpoints and schedules. */
async function tables(): Promise<unknown[]> {
  const { connection } = (app as BootedStrapi).strapi.db;
  const names = ['gw_topics', 'gw_endpoints', 'gw_schedules', 'gw_directory'];
  return Promise.all(names.map((name) => connection(name).select('*').orderBy('id')));
}

async function messageOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'was accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(databasesUnderTest())('settings as code (%s)', (kind) => {
  beforeAll(() => open(kind), BOOT_MS);
  afterAll(stop);

  it(
    'creates everything at the first boot, and writes nothing at the second',
    async () => {
      await boot(SETTINGS);
      expect(await topic()).toMatchObject({
        events: ['entry.publish'],
        contentTypes: [ARTICLE],
        managedBy: 'config/webhooks',
        endpoints: [{ name: 'search' }],
      });
      expect(await endpoint()).toMatchObject({
        url: 'https://search.example.com/hook?key=in-the-query',
        managedBy: 'config/webhooks',
        delivery: { mode: 'latest' },
        headers: [{ name: 'Authorization', value: null, secret: true }],
      });
      const [stored] = runtime().directory.endpoints();
      expect(stored?.secrets).toEqual([SECRET]);
      expect(await schedules().get('ping')).toMatchObject({
        destination: stored?.url,
        managedBy: 'config/webhooks',
        publish: { endpointId: stored?.id },
      });
      const before = await tables();
      await boot(SETTINGS);
      expect(await tables()).toEqual(before);
    },
    BOOT_MS
  );

  it(
    'changes what the file changed, and puts back what is absent',
    async () => {
      const { endpoints: given } = SETTINGS;
      const search = omit(given.search, 'filter');
      const changed = { ...search, url: 'https://search.example.com/v2', secret: NEXT_SECRET };
      await boot({ ...SETTINGS, endpoints: { search: changed } });
      expect(await endpoint()).toMatchObject({
        url: 'https://search.example.com/v2',
        filter: null,
        version: 2,
      });
      // The old secret signs beside the new one, while receivers are deployed.
      expect(runtime().directory.endpoints()[0]?.secrets).toEqual([NEXT_SECRET, SECRET]);
      expect(await topic()).toMatchObject({ version: 1 });
      expect(await schedules().get('warm')).toMatchObject({ cron: '0 3 * * *' });
    },
    BOOT_MS
  );

  it(
    'pauses what is not in the file any more, and resumes what returns',
    async () => {
      await boot({});
      expect(await endpoint()).toMatchObject({
        state: 'paused',
        stateReason: 'It was removed from config/webhooks.',
        managedBy: null,
      });
      expect(await topic()).toMatchObject({ enabled: false, managedBy: null });
      expect(await schedules().get('warm')).toMatchObject({ paused: true, nextAt: null });
      // No longer managed: it can be edited.
      const { id, version } = await endpoint();
      await endpoints().update(id, { jitterPercent: 3 }, version);

      await boot(SETTINGS);
      expect(await endpoint()).toMatchObject({ id, state: 'active', jitterPercent: 20 });
      expect(await topic()).toMatchObject({ enabled: true, managedBy: 'config/webhooks' });
      expect(await schedules().get('warm')).toMatchObject({ paused: false, lastError: null });
      expect((await schedules().get('warm'))?.nextAt).toBeGreaterThan(0);
      const before = await tables();
      await boot(SETTINGS);
      expect(await tables()).toEqual(before);
    },
    BOOT_MS
  );

  it('refuses other changes, in code too, and names the file', async () => {
    const { id, version } = await endpoint();
    const { id: topicId, version: topicVersion } = await topic();
    const search = '"search" is managed by config/webhooks: change it there';
    const news = 'the topic "articles" is managed by config/webhooks: change it there';
    const refusals: [() => Promise<unknown>, string][] = [
      [() => endpoints().update(id, { jitterPercent: 3 }, version), `the endpoint ${search}`],
      [() => endpoints().remove(id), `the endpoint ${search}`],
      [() => endpoints().rotateSecret(id), `the signing secret of ${search}`],
      [() => endpoints().upsert({ name: 'search', url: 'https://a.test/', topicIds: [] }), search],
      [() => topics().update(topicId, { events: [] }, topicVersion), news],
      [
        () => topics().update(topicId, { endpointIds: [] }, topicVersion),
        `the subscription of ${search}`,
      ],
      [
        () => topics().create({ name: 'own', events: [], contentTypes: null, endpointIds: [id] }),
        `the subscription of ${search}`,
      ],
      [() => topics().remove(topicId), `the subscription of ${search}`],
      [() => schedules().remove('warm'), 'the schedule "warm" is managed by config/webhooks'],
      [
        () =>
          schedules().create({
            scheduleId: 'warm',
            cron: '0 4 * * *',
            publish: { topic: 'nightly', payload: '' },
          }),
        'the schedule "warm" is managed by config/webhooks',
      ],
    ];
    const before = await tables();
    for (const [call, text] of refusals) expect(await messageOf(call())).toContain(text);
    expect(await tables()).toEqual(before);
  });

  it('leaves operation to the panel', async () => {
    const { id } = await endpoint();
    await endpoints().pause(id, 'maintenance');
    await schedules().pause('warm');
    await boot(SETTINGS);
    expect(await endpoint()).toMatchObject({ state: 'paused', stateReason: 'maintenance' });
    expect(await schedules().get('warm')).toMatchObject({ paused: true });
    await endpoints().resume(id, { held: 'deliver' });
    await schedules().resume('warm');
  });

  it('creates and changes by name in code, and repeats it without a change', async () => {
    const wanted = { name: 'own', url: 'https://own.example.com/', topicIds: [], secret: SECRET };
    expect(await endpoints().upsert(wanted)).toMatchObject({ outcome: 'created' });
    const before = await tables();
    expect(await endpoints().upsert(wanted)).toMatchObject({ outcome: 'unchanged' });
    expect(await tables()).toEqual(before);
    const changed = await endpoints().upsert({ ...wanted, secret: NEXT_SECRET, timeoutMs: 500 });
    expect(changed).toMatchObject({ outcome: 'changed', timeoutMs: 500 });
    expect(changed.secret).toBeUndefined();
    expect(runtime().directory.endpoint(changed.id)?.secrets).toEqual([NEXT_SECRET, SECRET]);

    const { id } = changed;
    const news = { name: 'own', events: ['entry.*'], contentTypes: null, endpointIds: [id] };
    expect(await topics().upsert(news)).toMatchObject({ outcome: 'created' });
    const rest = omit(news, 'endpointIds');
    expect(await topics().upsert(rest)).toMatchObject({
      outcome: 'unchanged',
      endpoints: [{ id }],
    });
    expect(await topics().upsert({ ...rest, events: [] })).toMatchObject({ outcome: 'changed' });
    const made = await endpoints().upsert({ ...wanted, name: 'other', secret: undefined });
    expect(made.secret).toMatch(/^whsec_/);
  });
});

describe('an error of the file stops the boot', () => {
  beforeAll(() => open('sqlite'), BOOT_MS);
  afterAll(stop);

  it(
    'with the file, the key and the reason',
    async () => {
      const { plan } = await bootPlan();
      for (const [what, settings, reason] of BAD_SETTINGS) {
        const text = await plan(settings);
        expect(`${what}: ${text}`).toContain(`: ${reason}`);
        expect(text).not.toContain('too-short');
      }
    },
    BOOT_MS
  );

  it(
    'names every problem, and nothing is written',
    async () => {
      await boot({});
      const before = await tables();
      const settings = {
        topics: { good: {}, bad: { events: 'entry.*' } },
        endpoints: { search: { url: 'https://a.test/', jitterPercent: 200 } },
      };
      const text = await messageOf(boot(settings));
      expect(text).toBe(
        'config/webhooks: topics.bad.events: must be a list; ' +
          'endpoints.search.jitterPercent: must be at most 100'
      );
      await boot({});
      expect(await tables()).toEqual(before);
    },
    BOOT_MS
  );

  /** Checks settings without a boot for each. */
  async function bootPlan() {
    await boot({});
    const settings = service<{ plan(input: unknown): Promise<SettingsPlan> }>('settings');
    return {
      async plan(input: object): Promise<string> {
        try {
          await settings.plan(input);
          return 'was accepted';
        } catch (error) {
          const { problems } = error as { problems: { field: string; message: string }[] };
          return problems.map(({ field, message }) => `: ${field}: ${message}`).join('');
        }
      },
    };
  }
});

describe('over the admin API', () => {
  let folder: string;
  let token: string;

  beforeAll(async () => {
    await open('sqlite');
    app = await bootStrapi({ on: database, settings: SETTINGS });
    folder = await mkdtemp(join(tmpdir(), 'gw-settings-'));
    const rights = ['endpoints.update', 'endpoints.read', 'topics.read', 'schedules.read'] as const;
    token = await createAdminToken(app.http.admin, ...rights);
  }, BOOT_MS);
  afterAll(async () => {
    await stop();
    if (folder) await rm(folder, { recursive: true });
  });

  const call = <Body = ApiError>(method: string, path: string, body?: unknown) =>
    (app as BootedStrapi).http.admin<Body>(method, `/guaranteed-webhooks${path}`, body);

  it('managed items are read-only: 409, with the file', async () => {
    const { id, version } = await endpoint();
    const { id: topicId, version: topicVersion } = await topic();
    const { version: scheduleVersion } = (await call<ScheduleView>('GET', '/schedules/warm')).body;
    const refused = await Promise.all([
      call('PUT', `/endpoints/${id}`, { jitterPercent: 5, version }),
      call('DELETE', `/endpoints/${id}`),
      call('POST', `/endpoints/${id}/rotate-secret`, {}),
      call('PUT', `/topics/${topicId}`, { events: [], version: topicVersion }),
      call('DELETE', `/topics/${topicId}`),
      call('PUT', '/schedules/warm', {
        cron: '0 4 * * *',
        topic: 'nightly',
        payload: '1',
        version: scheduleVersion,
      }),
      call('DELETE', '/schedules/warm'),
    ]);
    for (const { status, body } of refused) {
      expect(status).toBe(409);
      expect(body.error.details.code).toBe('MANAGED');
      expect(body.error.message).toMatch(/ is managed by config\/webhooks: change it there$/);
    }
    expect((await call<EndpointView>('GET', `/endpoints/${id}`)).body.version).toBe(version);
    const [listed] = (await call<TopicView[]>('GET', '/topics')).body;
    expect(listed?.managedBy).toBe('config/webhooks');
  });

  const env = (): Record<string, string> => ({
    STRAPI_URL: (app as BootedStrapi).http.origin,
    STRAPI_ADMIN_TOKEN: token,
    SEARCH_SECRET: SECRET,
    SEARCH_TOKEN: TOKEN,
  });

  async function fileOf(settings: string): Promise<string> {
    const file = join(folder, 'webhooks.cjs');
    await writeFile(file, `module.exports = ({ env }) => (${settings});`);
    return file;
  }

  it(
    'plan exits 0 when nothing differs, 2 when something does, 1 when it is wrong',
    async () => {
      const same = await runCli(['plan'], env());
      expect(same).toMatchObject({ code: 0, stderr: '' });
      expect(same.stdout).toContain('no difference');

      const { search } = SETTINGS.endpoints;
      const next = {
        ...SETTINGS,
        topics: { ...SETTINGS.topics, fresh: {} },
        endpoints: {
          search: { ...search, url: 'https://search.example.com/v2?key=next', jitterPercent: 5 },
        },
        schedules: { ping: SETTINGS.schedules.ping },
      };
      const text = JSON.stringify(next)
        .replace(`"${SECRET}"`, "env('SEARCH_SECRET')")
        .replace(`"${TOKEN}"`, "env('SEARCH_TOKEN')");
      const file = await fileOf(text);
      const { code, stdout } = await runCli(['plan', '--file', file], env());
      expect(code).toBe(2);
      expect(stdout).toContain('+ topic "fresh"');
      expect(stdout).toContain('~ endpoint "search"');
      expect(stdout).toContain('jitterPercent: 20 → 5');
      expect(stdout).toContain('- schedule "warm" (not in the file: it will be paused)');
      expect(stdout).toContain('1 to create, 1 to change, 1 to pause');

      const changed = { ...env(), SEARCH_SECRET: NEXT_SECRET, SEARCH_TOKEN: 'another token' };
      const json = await runCli(['plan', '--json', '-f', file], changed);
      const plan = JSON.parse(json.stdout) as SettingsPlan;
      const fields = plan.changes.find(({ kind }) => kind === 'endpoint')?.changes;
      expect(fields?.map(({ field }) => field)).toEqual([
        'url',
        'jitterPercent',
        'headers',
        'secret',
      ]);
      for (const hidden of [
        SECRET,
        NEXT_SECRET,
        TOKEN,
        'another token',
        'in-the-query',
        'key=next',
      ]) {
        expect(stdout + json.stdout).not.toContain(hidden);
      }

      const wrong = await fileOf("{ endpoints: { search: { url: 'x', retries: 3 } } }");
      const refused = await runCli(['plan', '-f', wrong], env());
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('endpoints.search.retries is not a known field');
      expect(await runCli(['plan', '-f', 'missing.js'], env())).toMatchObject({ code: 1 });
      expect(await runCli(['plan', '--fil'], env())).toMatchObject({ code: 1 });
      expect((await tables()).length).toBeGreaterThan(0);
    },
    BOOT_MS
  );

  it('an item is copied as code that makes the same item again, without its secrets', async () => {
    const { id } = await endpoint();
    const { id: topicId } = await topic();
    const parts = await Promise.all(
      [`/topics/${topicId}`, `/endpoints/${id}`, '/schedules/warm', '/schedules/ping'].map(
        async (path) => (await call<SettingsCode>('GET', `${path}/code`)).body.code
      )
    );
    expect(parts[1]).toContain("secret: env('WEBHOOK_SEARCH_SECRET')");
    for (const hidden of [SECRET, TOKEN, 'in-the-query'])
      expect(parts.join()).not.toContain(hidden);
    const values: Record<string, string> = {
      WEBHOOK_SEARCH_URL: SETTINGS.endpoints.search.url,
      WEBHOOK_SEARCH_SECRET: SECRET,
      WEBHOOK_SEARCH_AUTHORIZATION: TOKEN,
      WEBHOOK_WARM_X_KEY: TOKEN,
    };
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    await Promise.all(parts.map((part, at) => write(`${at}.mjs`, part)));
    await write(
      'webhooks.mjs',
      `import one from './0.mjs'; import two from './1.mjs';
      import three from './2.mjs'; import four from './3.mjs';
      export default (given) => ({
        topics: { nightly: {}, ...one(given).topics },
        endpoints: two(given).endpoints,
        schedules: { ...three(given).schedules, ...four(given).schedules },
      });`
    );
    const args = ['plan', '--file', join(folder, 'webhooks.mjs')];
    const result = await runCli(args, { ...env(), ...values });
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });
});

const servers = databasesUnderTest().filter((kind) => kind === 'postgres');
const describeServer = servers.length > 0 ? describe : describe.skip;

describeServer('three nodes that boot at once', () => {
  it(
    'give one result',
    async () => {
      const cluster = await createCluster('postgres');
      try {
        const bootThree = async (settings: object) => {
          const nodes = await Promise.all([1, 2, 3].map(() => cluster.start({ settings })));
          const stored = await Promise.all(nodes.map((node) => node.managed()));
          for (const node of nodes) await node.kill();
          return stored;
        };
        const first = ['articles 1', 'nightly 1', 'search 1', 'warm 1', 'ping 1'];
        expect(await bootThree(SETTINGS)).toEqual([first, first, first]);
        const search = { ...SETTINGS.endpoints.search, jitterPercent: 5 };
        const changed = ['articles 1', 'nightly 1', 'search 2', 'warm 1', 'ping 1'];
        const stored = await bootThree({ ...SETTINGS, endpoints: { search } });
        expect(stored).toEqual([changed, changed, changed]);
      } finally {
        await cluster.close();
      }
    },
    3 * BOOT_MS
  );
});
