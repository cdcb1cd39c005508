/** Very many entries, written as rows, and a ledger in which an endpoint has acknowledged each. */
import { hash } from 'node:crypto';

const TYPE = 'api::author.author';
/** SQLite allows 500. */
const ROWS_AT_ONCE = 400;

/** As the plugin names a version; with another name, the comparison would find differences. */
function keyOf(endpointId, documentId) {
  const digest = hash('sha256', JSON.stringify([endpointId, TYPE, documentId, null, 'published']));
  return BigInt.asIntN(64, BigInt(`0x${digest.slice(0, 16)}`)).toString();
}

export const manyAuthors = (strapi) => ({
  async fillAuthors(count, endpointId) {
    const { connection, dialect } = strapi.db;
    const at = Date.UTC(2025, 0, 1);
    const instant = dialect.client === 'sqlite' ? at : new Date(at);
    for (let from = 0; from < count; from += ROWS_AT_ONCE) {
      const ids = Array.from({ length: ROWS_AT_ONCE }, (_, n) => `author${from + n}`);
      await connection('authors').insert(
        ids.map((id) => ({
          document_id: id,
          name: id,
          created_at: instant,
          updated_at: instant,
          published_at: instant,
        }))
      );
      await connection('gw_ledger').insert(
        ids.map((id) => ({
          version_key: keyOf(endpointId, id),
          endpoint_id: endpointId,
          uid: TYPE,
          entry_document_id: id,
          entry_status: 'published',
          entry_updated_at: at,
          event_name: 'entry.create',
          occurred_at: at,
          hash: '',
          gone: 0,
          acknowledged_at: at,
        }))
      );
    }
  },
});
