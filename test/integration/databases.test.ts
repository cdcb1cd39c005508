/**
 * What only a whole Strapi shows of a database: that a second boot, which compares the schema with the
 * tables again, leaves the queue's indexes as the first one made them.
 */
import { createCluster, type Cluster } from '../support/replicas';
import { describeEachDatabase } from '../support/databases';

const BOOT_MS = 180_000;

/** Of the claim, the panel's lists, retention and callbacks; a missing one is a scan of all messages. */
const INDEXES = [
  'gw_messages_due_idx',
  'gw_messages_endpoint_idx',
  'gw_messages_entry_idx',
  'gw_messages_event_idx',
  'gw_messages_finished_idx',
  'gw_messages_lane_idx',
  'gw_messages_source_idx',
  'gw_messages_state_idx',
];

describeEachDatabase('a second boot', (database) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await createCluster(database);
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
      await first.kill();

      const second = await cluster.start({ dispatcher: { enabled: false } });
      expect(await second.indexes()).toEqual(before);
      expect(await second.states()).toMatchObject({ pending: 2 });
      const { plugin, machine } = await second.clocks();
      expect(Math.abs(plugin - machine)).toBeLessThan(5_000);
    },
    BOOT_MS
  );
});
