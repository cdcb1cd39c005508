/** What Strapi made of our names and types, asked of the database itself. */
import { databasesUnderTest } from '../support/databases';
import { useScratch } from './scratch';

/** PostgreSQL cuts at 63 bytes, and Strapi shortens, with a hash, what is longer than 55. */
const MAX_IDENTIFIER = 55;

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);

    it('keeps the names of tables, columns and indexes', async () => {
      const { db } = scratch();
      const { tables } = await db.dialect.schemaInspector.getSchema();
      const ours = tables.filter(({ name }) => name.startsWith('gw_'));
      const names = ours.flatMap(({ name, columns, indexes }) => [
        name,
        ...[...columns, ...indexes].map((part) => part.name),
      ]);
      expect(ours.length).toBeGreaterThan(8);
      expect(names.filter((name) => name.length > MAX_IDENTIFIER)).toEqual([]);
      for (const { tableName } of db.metadata.values()) {
        expect(ours.map(({ name }) => name)).toContain(tableName);
      }
    });
  });
}
