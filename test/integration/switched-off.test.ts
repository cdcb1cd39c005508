/**
 * The plugin switched off for one start, or missing for one: the usual way to find out whether a plugin is to
 * blame. Strapi drops the tables of types it no longer knows, and must not drop these.
 */
import { randomUUID } from 'node:crypto';

import { ownTables } from '../../server/src/host/kept-tables';
import { INDEXES } from '../../server/src/store/sql/indexes';
import type { EndpointInput, TopicInput } from '../../server/src/panel/contract';
import type { PublishInput } from '../../server/src/api/publisher';
import type { Runtime } from '../../server/src/runtime/runtime';
import { UID } from '../../server/src/store/sql/tables';
import type { TestDatabase } from '../support/databases';
import { createReceiver, type Receiver } from '../support/receiver';
import {
  bootStrapi,
  describeEachDatabase,
  startedDatabase,
  type BootedStrapi,
} from '../support/strapi';

const BOOTS_MS = 240_000;
const PLUGIN = {
  dispatcher: { enabled: false },
  http: { allow: { cidrs: ['127.0.0.1/32'] } },
};

interface Made {
  topics: { create(input: TopicInput): Promise<{ id: number }> };
  endpoints: { create(input: EndpointInput): Promise<{ id: number }> };
  publisher: { publish(input: PublishInput): Promise<{ messageIds: string[] }> };
  runtime: Runtime;
}

const service = <Name extends keyof Made>({ strapi }: BootedStrapi, name: Name): Made[Name] =>
  strapi.plugin('guaranteed-webhooks').service<Made[Name]>(name);

/** Every row of every table of ours, so that a comparison misses nothing. */
async function contents({ strapi }: BootedStrapi): Promise<Record<string, unknown[]>> {
  const tables: [string, unknown[]][] = [];
  for (const name of ownTables(strapi).sort()) {
    tables.push([name, await strapi.db.connection(name).orderBy('id')]);
  }
  return Object.fromEntries(tables);
}

/** Nodes register and note the fields of the events when they start, and write their statistics when they stop. */
const withoutOwnWrites = (tables: Record<string, unknown[]>) => ({
  ...tables,
  gw_nodes: [],
  gw_rollups: [],
  gw_settings: (tables.gw_settings ?? []).filter(
    (row) => !String((row as { name: string }).name).startsWith('sent-fields:')
  ),
});

async function indexNames({ strapi }: BootedStrapi): Promise<string[]> {
  const names: string[] = [];
  for (const name of ownTables(strapi)) {
    const indexes = await strapi.db.dialect.schemaInspector.getIndexes(name);
    names.push(...indexes.map((index) => index.name));
  }
  return names.sort();
}

interface Tokens {
  create(token: object): Promise<unknown>;
}

const ROLE_ACTION = 'plugin::guaranteed-webhooks.topics.read';
const TOKEN_ACTION = 'plugin::guaranteed-webhooks.v2-messages.publish';

/** To a role other than Super Admin, and to a custom API token. */
async function grant({ strapi }: BootedStrapi): Promise<void> {
  const where = { code: 'strapi-editor' };
  const role = (await strapi.db.query('admin::role').findOne({ where })) as { id: number };
  const permission = { action: ROLE_ACTION, role: role.id, conditions: [] };
  await strapi.db.query('admin::permission').create({ data: permission });
  await (strapi.service('admin::api-token') as Tokens).create({
    name: randomUUID(),
    description: '',
    type: 'custom',
    lifespan: null,
    permissions: [TOKEN_ACTION],
  });
}

/** Codes of the roles that have the permission, and the number of custom tokens with the scope. */
async function granted({ strapi }: BootedStrapi): Promise<{ roles: string[]; tokens: number }> {
  const where = { action: ROLE_ACTION };
  const permissions = (await strapi.db
    .query('admin::permission')
    .findMany({ where, populate: ['role'] })) as { role: { code: string } }[];
  const roles = permissions.map(({ role }) => role.code).sort();
  const tokens = await strapi.db
    .query('admin::api-token-permission')
    .count({ where: { action: TOKEN_ACTION } });
  return { roles, tokens };
}

describeEachDatabase('a start without the plugin', (kind) => {
  let database: TestDatabase;
  let receiver: Receiver;
  let before: Record<string, unknown[]>;
  let indexes: string[];

  async function during<T>(
    plugin: object | false,
    work: (app: BootedStrapi) => Promise<T>,
    env: Record<string, string> = {}
  ): Promise<T> {
    const app = await bootStrapi({ on: database, plugin, listen: false, env });
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  }

  beforeAll(async () => {
    receiver = await createReceiver();
    database = await startedDatabase(kind);
    await during(PLUGIN, async (app) => {
      const topic = await service(app, 'topics').create({
        name: 'news',
        events: ['entry.create'],
        contentTypes: ['api::author.author'],
      });
      const endpoint = {
        topicIds: [topic.id],
        retryPolicy: { kind: 'preset', preset: 'none' } as const,
      };
      await service(app, 'endpoints').create({ ...endpoint, name: 'good', url: receiver.url });
      await service(app, 'endpoints').create({
        ...endpoint,
        name: 'bad',
        url: `${receiver.url}/no`,
      });
      receiver.respondWith(({ path }) => (path === '/no' ? 503 : 200));
      const publisher = service(app, 'publisher');
      await publisher.publish({ topic: 'news', payload: { n: 1 } });
      await service(app, 'runtime').dispatcher.tick(); // one delivered, one failed for good
      await publisher.publish({ topic: 'news', payload: { n: 2 } }); // two pending
      await grant(app);
      indexes = await indexNames(app);
      before = await contents(app);
    });
  }, BOOTS_MS);
  afterAll(async () => {
    await database.drop();
    await receiver.close();
  });

  it('has indexes on every table that needs them', () => {
    const ours = Object.values(INDEXES).flatMap((list) => list.map(({ name }) => name));
    expect(indexes).toEqual(expect.arrayContaining(ours));
    expect(before.gw_messages).toHaveLength(4);
    expect(Object.keys(before)).toHaveLength(Object.keys(UID).length + 1); // and the join table
  });

  async function expectKept(app: BootedStrapi): Promise<void> {
    const after = await contents(app);
    expect(after.gw_rollups).toHaveLength(4);
    expect(withoutOwnWrites(after)).toEqual(withoutOwnWrites(before));
    expect(await indexNames(app)).toEqual(indexes);
  }

  it(
    'keeps every table, row and index, with forceMigration: false',
    async () => {
      const env = { DATABASE_FORCE_MIGRATION: 'false' };
      await during(false, () => Promise.resolve(), env);
      await during(PLUGIN, expectKept, env);
    },
    BOOTS_MS
  );

  it(
    'costs roles and custom tokens their permissions, as docs/databases.md says',
    () =>
      during(PLUGIN, async (app) => {
        expect(await granted(app)).toEqual({ roles: ['strapi-super-admin'], tokens: 0 });
        await grant(app);
        const roles = ['strapi-editor', 'strapi-super-admin'];
        expect(await granted(app)).toEqual({ roles, tokens: 1 });
      }),
    BOOTS_MS
  );

  it(
    'starts after another content type has changed, with forceMigration: false',
    async () => {
      const env = { DATABASE_FORCE_MIGRATION: 'false' };
      const onRegistered: NonNullable<Parameters<typeof bootStrapi>[0]>['onRegistered'] = (
        strapi
      ) => {
        strapi
          .get<{ extend(uid: string, change: (type: { attributes: object }) => void): void }>(
            'content-types'
          )
          .extend('api::author.author', ({ attributes }) => {
            Object.assign(attributes, { nickname: { type: 'string' } });
          });
      };
      const app = await bootStrapi({
        on: database,
        plugin: PLUGIN,
        listen: false,
        env,
        onRegistered,
      });
      try {
        expect(await indexNames(app)).toEqual(indexes);
      } finally {
        await app.close();
      }
    },
    BOOTS_MS
  );

  it(
    'keeps everything, delivers what waited, captures again, and replays what had failed',
    async () => {
      await during(false, () => Promise.resolve());
      await during(PLUGIN, async (app) => {
        await expectKept(app);
        const { dispatcher, store, clock } = service(app, 'runtime');
        receiver.respondWith(() => 200);
        const seen = receiver.requests.length;
        await app.strapi.documents('api::author.author').create({ data: { name: 'Ada' } as never });
        const range = { after: 0, upTo: await store.maxMessageId(), limit: 100 };
        const { rows: dead } = await store.matchIds({ state: ['dead'] }, range);
        expect(dead).toHaveLength(1);
        await store.replay(
          dead.map(({ id }) => id),
          clock.now()
        );
        await dispatcher.tick();
        expect(receiver.requests.length - seen).toBe(2 + 2 + 1);
        expect(await store.countByState(100)).toMatchObject({ pending: 0, dead: 0, delivered: 6 });
      });
    },
    BOOTS_MS
  );
});
