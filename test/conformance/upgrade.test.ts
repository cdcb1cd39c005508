/** Tables of an earlier version, whose messages were queued by columns of their own. */
import { prepareTables } from '../../server/src/store/sql/prepare-tables';
import { databasesUnderTest } from '../support/databases';
import { useScratch } from './scratch';

const COLUMNS = ['due_at', 'lane', 'lease_token'];
const INDEXES = ['gw_messages_due_idx', 'gw_messages_lane_idx'];

for (const kind of databasesUnderTest()) {
  describe(`an upgrade on ${kind}`, () => {
    const scratch = useScratch(kind);

    it('drops the columns and indexes of the earlier queue, though Strapi keeps them', async () => {
      const { db } = scratch();
      const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
      await db.getSchemaConnection().alterTable('gw_messages', (table) => {
        table.bigInteger('due_at');
        table.string('lane');
        table.string('lease_token');
        table.index(['due_at', 'id'], 'gw_messages_due_idx');
        table.index(['lane', 'due_at', 'id'], 'gw_messages_lane_idx');
      });
      await prepareTables(db, silent);
      await prepareTables(db, silent);

      const has = COLUMNS.map((name) => db.getSchemaConnection().hasColumn('gw_messages', name));
      expect(await Promise.all(has)).toEqual([false, false, false]);
      const indexes = await db.dialect.schemaInspector.getIndexes('gw_messages');
      const names = indexes.map(({ name }) => name);
      expect(names.filter((name) => INDEXES.includes(name))).toEqual([]);
      expect(names).toContain('gw_messages_receiver_idx');
    });
  });
}

const ignore = (): void => undefined;
