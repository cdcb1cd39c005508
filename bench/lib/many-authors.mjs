/** Very many entries, written as rows, and a ledger in which an endpoint has acknowledged each. */
import { createHash } from 'node:crypto';

const TYPE = 'api::author.author';
/** SQLite allows 500. */
const ROWS_AT_ONCE = 400;

/** As the plugin names a version; with another name, the comparison would find differences. */
const digestOf = (endpointId, documentId) =>
  createHash('sha256')
    .update(JSON.stringify([endpointId, TYPE, documentId, null]))
    .digest('hex')
    .slice(0, 32) + 'p';

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
          digest: digestOf(endpointId, id),
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
