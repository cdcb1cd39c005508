/**
 * Databases with an old character set: schemas whose default is latin1 or utf8mb3 (MySQL, MariaDB), and a
 * PostgreSQL database in WIN1252. Payloads arrive as they were, and every answer is recorded.
 */
import { randomBytes } from 'node:crypto';

import knex, { type Knex } from 'knex';

import type { AttemptView, HealthView } from '../../server/src/panel/contract';
import type { PublishInput } from '../../server/src/api/publisher';
import type { Runtime } from '../../server/src/runtime/runtime';
import { rowsOf } from '../../server/src/store/sql/rows';
import {
  createTestDatabase,
  databasesUnderTest,
  openTestDatabase,
  type TestDatabase,
} from '../support/databases';
import { createReceiver, type Receiver } from '../support/receiver';
import { bootStrapi, type BootedStrapi } from '../support/strapi';

const BOOTS_MS = 120_000;
const EMOJI = '🎉 größer, žluťoučký';
const PLUGIN = {
  dispatcher: { enabled: false },
  http: { allow: { cidrs: ['127.0.0.1/32'] } },
};

let receiver: Receiver;
let database: TestDatabase;
let app: BootedStrapi | undefined;

const service = <T extends object>(name: string): T =>
  app!.strapi.plugin('guaranteed-webhooks').service(name) as unknown as T;
const runtime = (): Runtime => service('runtime');

async function boot(env: Record<string, string> = {}): Promise<void> {
  app = await bootStrapi({ on: database, plugin: PLUGIN, listen: false, env });
}

async function close(): Promise<void> {
  await app?.close();
  app = undefined;
}

const publish = (payload: unknown, path = '/'): Promise<{ messageIds: string[] }> =>
  service<{ publish(input: PublishInput): Promise<{ messageIds: string[] }> }>('publisher').publish(
    { url: `${receiver.url}${path}`, payload }
  );

async function attemptsOf(messageId: string): Promise<AttemptView[]> {
  const [row] = await app!.strapi.db
    .connection('gw_messages')
    .where({ message_id: messageId })
    .select<{ id: number; state: string }[]>('id', 'state');
  expect(row?.state).toBe('delivered');
  return runtime().store.listAttempts(row!.id);
}

/** The poisoned one in the middle of a group that is settled together. */
async function expectAnswersRecorded(): Promise<void> {
  receiver.respondWith(({ path }) =>
    path === '/poison'
      ? {
          status: 200,
          body: `thanks ${EMOJI}`,
          headers: { 'x-said': Buffer.from('né').toString('latin1') },
        }
      : 200
  );
  const ids: string[] = [];
  for (const path of ['/1', '/2', '/poison', '/3', '/4']) {
    ids.push(...(await publish({ plain: 1 }, path)).messageIds);
  }
  const seen = receiver.requests.length;
  await runtime().dispatcher.tick();
  await runtime().dispatcher.tick();
  expect(receiver.requests.length - seen).toBe(5);
  for (const id of ids) expect(await attemptsOf(id)).toHaveLength(1);
  const [attempt] = await attemptsOf(ids[2]!);
  const { text, encoding } = attempt!.response!.body!;
  expect(Buffer.from(text, encoding).toString()).toBe(`thanks ${EMOJI}`);
}

beforeAll(async () => {
  receiver = await createReceiver();
});
afterEach(async () => {
  await close();
  await database.drop();
});
afterAll(() => receiver.close());

const onMysql = databasesUnderTest().includes('mysql') ? describe : describe.skip;
onMysql.each(['latin1', 'utf8mb3'])('a schema in %s (mysql)', (charset) => {
  let sql: Knex;

  async function textColumns(): Promise<{ charset: string; collation: string; format: string }[]> {
    const result: unknown = await sql.raw(
      `select c.character_set_name as charset, c.collation_name as collation, t.row_format as format
       from information_schema.columns c join information_schema.tables t
         on t.table_schema = c.table_schema and t.table_name = c.table_name
       where c.table_schema = database() and c.table_name like 'gw%' and c.character_set_name is not null`
    );
    return rowsOf(result) as never;
  }

  beforeEach(async () => {
    database = await createTestDatabase('mysql');
    sql = knex({ client: 'mysql2', connection: database.env.DATABASE_URL ?? '' });
    await sql.raw(`alter database character set ${charset}`);
  });
  afterEach(() => sql.destroy());

  it(
    'has its tables converted, before the first message and later, rows and all',
    async () => {
      await boot();
      const columns = await textColumns();
      expect(columns.length).toBeGreaterThan(50);
      expect(new Set(columns.map((column) => column.charset))).toEqual(new Set(['utf8mb4']));
      const { messageIds } = await publish({ text: EMOJI });
      await runtime().dispatcher.tick();
      expect(JSON.parse(receiver.requests.at(-1)!.body.toString())).toEqual({ text: EMOJI });
      expect(await attemptsOf(messageIds[0]!)).toHaveLength(1);

      // As a version that converted nothing left them, in the oldest row format.
      await sql('gw_events').delete();
      for (const table of ['gw_topics', 'gw_messages', 'gw_events', 'gw_attempts']) {
        await sql.raw(`alter table ${table} convert to character set ${charset}`);
      }
      await sql.raw('alter table gw_topics row_format = compact');
      const topic = {
        description: null,
        enabled: true,
        events: [],
        contentTypes: null,
        filter: null,
        endpointIds: [],
      };
      await runtime().store.createTopic({ ...topic, name: 'Käse' });
      if (charset === 'latin1') await runtime().store.createTopic({ ...topic, name: 'Kase' });
      await expectAnswersRecorded();
      const before = await sql('gw_topics').orderBy('id').pluck('name');
      await close();

      await boot();
      const again = await textColumns();
      expect(again).toHaveLength(columns.length);
      expect(new Set(again.map((column) => column.charset))).toEqual(new Set(['utf8mb4']));
      expect(await sql('gw_topics').orderBy('id').pluck('name')).toEqual(before);
      await publish({ text: EMOJI });
      await runtime().dispatcher.tick();
      expect(JSON.parse(receiver.requests.at(-1)!.body.toString())).toEqual({ text: EMOJI });
    },
    BOOTS_MS
  );
});

const itOnMysql = databasesUnderTest().includes('mysql') ? it : it.skip;
itOnMysql(
  'a MySQL connection in latin1 is a problem that health names',
  async () => {
    database = await createTestDatabase('mysql');
    await boot({ DATABASE_CHARSET: 'latin1' });
    const health = await service<{ health(): Promise<HealthView> }>('metrics').health();
    expect(health).toMatchObject({ status: 'degraded' });
    expect(health.problems.join()).toContain('character set latin1');
  },
  BOOTS_MS
);

const onPostgres = databasesUnderTest().includes('postgres') ? it : it.skip;
onPostgres(
  'a PostgreSQL database in WIN1252 has every answer recorded, and health says what is wrong',
  async () => {
    const name = `gw_test_${randomBytes(6).toString('hex')}`;
    const server = process.env.TEST_POSTGRES_URL ?? '';
    const sql = knex({ client: 'pg', connection: server });
    await sql.raw(
      `create database ${name} encoding 'WIN1252' lc_collate 'C' lc_ctype 'C' template template0`
    );
    await sql.destroy();
    database = openTestDatabase('postgres', name);
    await boot();
    await expectAnswersRecorded();
    const health = await service<{ health(): Promise<HealthView> }>('metrics').health();
    expect(health.problems.join()).toContain('WIN1252');

    // What not even ASCII makes storable leaves a note.
    await app!.strapi.db.connection.raw(
      'alter table gw_attempts alter column response_body type varchar(120)'
    );
    const { messageIds } = await publish({ plain: 1 }, '/long');
    receiver.respondWith(() => ({ body: 'x'.repeat(500) }));
    await runtime().dispatcher.tick();
    const [attempt] = await attemptsOf(messageIds[0]!);
    expect(attempt).toMatchObject({ status: 200, response: { bodyTruncated: true } });
    expect(attempt!.response!.body!.text).toMatch(
      /^The database could not store the response: value too long/
    );
  },
  BOOTS_MS
);
