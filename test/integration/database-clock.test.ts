/**
 * A database server whose clock is off, by an hour from everybody's, and two nodes five minutes off in
 * either direction. They go by its clock, whatever it says: nothing is sent twice, and nothing stalls.
 *
 * PostgreSQL looks a function up along the search path: one of ours stands before the server's own, and
 * its clock can be set while the nodes run.
 */
import knex, { type Knex } from 'knex';

import { databasesUnderTest } from '../support/databases';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import { createCluster, type Cluster } from '../support/replicas';

const BOOT_MS = 180_000;
const PATIENCE_MS = 30_000;
const MINUTES_APART_MS = 300_000;
const HOUR_S = 3_600;
/** Round trips, and what a busy machine adds to them. */
const ABOUT_MS = 5_000;

const messages = (requests: readonly Received[]): number =>
  new Set(requests.map(({ headers }) => headers['webhook-id'])).size;
/** A busy machine may let an attempt time out. The next one is no second delivery of the same attempt. */
const attempts = (requests: readonly Received[]): number =>
  new Set(requests.map(({ headers: h }) => [h['webhook-id'], h['upstash-retried']].join(' '))).size;

const describePostgres = databasesUnderTest().includes('postgres') ? describe : describe.skip;

describePostgres('a database server whose clock is off', () => {
  let cluster: Cluster;
  let receiver: Receiver;
  let sql: Knex;

  beforeEach(async () => {
    cluster = await createCluster('postgres');
    receiver = await createReceiver();
    const url = cluster.database.env.DATABASE_URL ?? '';
    sql = knex({ client: 'pg', connection: url });
    await sql.raw(`create schema skewed;
      create table skewed.clock as select 0 as ahead_s;
      create function skewed.clock_timestamp() returns timestamptz language sql volatile as
        'select pg_catalog.clock_timestamp() + make_interval(secs => ahead_s) from skewed.clock'`);
    await sql.raw(`alter database ?? set search_path = public, skewed, pg_catalog`, [
      new URL(url).pathname.slice(1),
    ]);
  }, BOOT_MS);
  afterEach(async () => {
    await sql?.destroy();
    await cluster?.close();
    await receiver?.close();
  }, BOOT_MS);

  const setClock = (aheadS: number): Promise<unknown> =>
    sql.raw('update skewed.clock set ahead_s = ?', [aheadS]);

  it.each([-HOUR_S, HOUR_S])(
    'by %i s: each message is taken once, a retry comes in time, a dead node is succeeded',
    async (aheadS) => {
      await setClock(aheadS);
      // Longer than a busy machine stalls: what it sends meanwhile would count as taken twice.
      const dispatcher = { leaseMs: 8_000 };
      const doomed = await cluster.start({ skewMs: MINUTES_APART_MS, dispatcher });
      const other = await cluster.start({ skewMs: -MINUTES_APART_MS, dispatcher });
      await doomed.subscribe(receiver.url, { retryPolicy: { kind: 'list', delaysMs: [200, 200] } });
      await other.second(); // it knows the endpoint now
      for (const node of [doomed, other]) {
        const { plugin } = await node.clocks();
        expect(Math.abs(plugin - Date.now() - aheadS * 1_000)).toBeLessThan(ABOUT_MS);
      }

      await doomed.publish(100);
      await other.publish(100);
      const shared = await receiver.waitFor((all) => messages(all) === 200, PATIENCE_MS);
      expect(shared).toHaveLength(attempts(shared));

      const before = shared.length;
      receiver.script([500, 500]);
      await other.publish(1);
      await receiver.waitFor(before + 3, PATIENCE_MS);

      // What either one was sending goes out again: the dead one's when its leases end.
      receiver.respondWith(() => ({ hold: new Promise(() => undefined) }));
      await doomed.publish(10);
      await receiver.waitFor((all) => messages(all) === 211, PATIENCE_MS);
      const held = receiver.requests.length;
      receiver.respondWith(() => 200);
      await doomed.kill();
      await receiver.waitFor((all) => messages(all.slice(held)) === 10, PATIENCE_MS);
    },
    BOOT_MS
  );
});
