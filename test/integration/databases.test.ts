/**
 * What only a whole Strapi shows of a database: that a second boot, which compares the schema with the
 * tables again, leaves the queue's indexes as the first one made them; that a schema of another name and a pooler
 * in transaction mode are no obstacles; what becomes of two processes on one SQLite file.
 */
import knex from 'knex';

import { databasesUnderTest, describeEachDatabase } from '../support/databases';
import { HOST_INDEXES } from '../support/older-schema';
import { findPgbouncer, startPgbouncer, type Pgbouncer } from '../support/pgbouncer';
import { createReceiver, type Receiver } from '../support/receiver';
import { createCluster, type Cluster, type ReplicaOptions } from '../support/replicas';

const BOOT_MS = 180_000;

/** Of the claim, the panel's lists, retention and callbacks; a missing one is a scan of all messages. */
const INDEXES = [
  'gw_messages_entry_idx',
  'gw_messages_event_idx',
  'gw_messages_receiver_idx',
  'gw_messages_source_idx',
  'gw_outbox_admitted_idx',
  'gw_outbox_due_idx',
  'gw_outbox_endpoint_idx',
  'gw_outbox_lane_idx',
  'gw_undelivered_endpoint_idx',
  'gw_undelivered_ended_idx',
  'gw_undelivered_state_idx',
];

const OLD_INDEXES = [...HOST_INDEXES, 'gw_messages_due_idx', 'gw_messages_state_idx'];

describeEachDatabase('a second boot', (database) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await createCluster(database, { empty: true });
  });
  afterAll(() => cluster.close());

  it(
    'leaves the indexes as they were, and the messages deliverable',
    async () => {
      const first = await cluster.start({ dispatcher: { enabled: false } });
      await first.subscribe('http://127.0.0.1:4321/');
      await first.publish(2);
      const before = await first.indexes();
      expect(before).toEqual(expect.arrayContaining(INDEXES));
      expect(before.filter((name) => HOST_INDEXES.includes(name))).toEqual([]);
      await first.kill();

      const second = await cluster.start({ dispatcher: { enabled: false } });
      expect(await second.indexes()).toEqual(before);
      expect(await second.states()).toMatchObject({ pending: 2 });
      const { plugin, machine } = await second.clocks();
      expect(Math.abs(plugin - machine)).toBeLessThan(5_000);
      await second.kill();
    },
    BOOT_MS
  );

  it(
    'upgrades the tables of an earlier version, and keeps every message',
    async () => {
      const older = await cluster.start({ dispatcher: { enabled: false } });
      const ours = await older.indexes();
      await older.publish(2);
      await older.makeSchemaOlder();
      expect(await older.indexes()).toEqual(expect.arrayContaining(OLD_INDEXES));
      await older.kill();

      const newer = await cluster.start({ dispatcher: { enabled: false } });
      expect(await newer.indexes()).toEqual(ours);
      expect(await newer.states()).toMatchObject({ pending: 2, active: 0, dead: 1, canceled: 1 });
      await newer.second(); // nothing listens there
      expect(await newer.attempts()).toEqual([1, 1, 0, 0]);
    },
    BOOT_MS
  );
});

describe('two processes', () => {
  const COUNT = 40;
  const PATIENCE_MS = 60_000;
  let cluster: Cluster;
  let receiver: Receiver;
  let pooler: Pgbouncer | undefined;

  beforeEach(async () => {
    receiver = await createReceiver();
  });
  afterEach(async () => {
    await cluster?.close();
    await receiver.close();
    await pooler?.stop();
  }, BOOT_MS);

  /** Both publish and both deliver: each message arrives, and once. */
  async function publishOnBoth(options: ReplicaOptions = {}): Promise<void> {
    const first = await cluster.start(options);
    await first.subscribe(receiver.url);
    const second = await cluster.start(options);
    await Promise.all([first.publish(COUNT), second.publish(COUNT)]);
    const requests = await receiver.waitFor(2 * COUNT, PATIENCE_MS);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(2 * COUNT);
    expect(requests).toHaveLength(2 * COUNT);
  }

  it(
    'on one SQLite file wait for each other, and take each message once',
    async () => {
      cluster = await createCluster('sqlite');
      await publishOnBoth();
    },
    BOOT_MS
  );

  const hasPostgres = databasesUnderTest().includes('postgres');
  (hasPostgres ? it : it.skip)(
    'share a PostgreSQL schema other than public, and leave that one empty',
    async () => {
      cluster = await createCluster('postgres', { empty: true });
      const sql = knex({ client: 'pg', connection: cluster.database.env.DATABASE_URL ?? '' });
      try {
        await sql.schema.createSchema('cms');
        await publishOnBoth({ schema: 'cms' });
        const tables = sql('information_schema.tables').pluck('table_name');
        expect(await tables.clone().where({ table_schema: 'cms' })).toContain('gw_messages');
        expect(await tables.clone().where({ table_schema: 'public' })).toEqual([]);
      } finally {
        await sql.destroy();
      }
    },
    BOOT_MS
  );

  const program = findPgbouncer();
  const isPossible = program !== undefined && hasPostgres;
  (isPossible ? it : it.skip)(
    'share a PostgreSQL behind PgBouncer in transaction mode',
    async () => {
      pooler = await startPgbouncer(program ?? '', process.env.TEST_POSTGRES_URL ?? '');
      cluster = await createCluster('postgres', { server: pooler.url });
      await publishOnBoth();
    },
    BOOT_MS
  );
});
