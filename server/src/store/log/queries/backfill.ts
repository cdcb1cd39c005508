/** Locks the rows that a backfill or reconciliation sends, and reads the messages of its endpoint. */
import type { StoreContext } from '../../sql/context';
import { integer, text, textOrNull, type Row } from '../../sql/rows';
import type { BackfillStore } from '../job-types';

const PUBLISH = 'entry.publish';
const CHANGES = ['entry.create', 'entry.update', 'entry.draft-discard', PUBLISH];

export function createBackfillQueries(ctx: StoreContext): BackfillStore {
  const { db, dialect, tables, query } = ctx;

  return {
    async lockContent(trx, { uid, status, locales, after }, limit) {
      const rows = db.getConnection(db.metadata.get(uid).tableName).transacting(trx);
      void rows.select('id').where('id', '>', after);
      if (status === 'draft') void rows.whereNull('published_at');
      if (status === 'published') void rows.whereNotNull('published_at');
      if (locales !== null) void rows.whereIn('locale', [...locales]);
      const locked = (await dialect.lock(rows.orderBy('id').limit(limit), 'skip')) as Row[];
      return new Set(locked.map(({ id }) => integer(id)));
    },

    async countWaiting(lanes, now, limit) {
      const rows = await query<Row[]>((knex) =>
        knex.count({ messages: '*' }).from(
          knex(tables.outbox.name)
            .select('id')
            .whereIn('lane', [...lanes])
            .where('due_at', '<=', now)
            .limit(limit)
            .as('few')
        )
      );
      return integer(rows[0]?.messages ?? 0);
    },

    async changedSince({ endpointId, eventId, documentIds }) {
      const rows = await query<Row[]>((knex) =>
        knex({ m: tables.message.name })
          .join({ e: tables.event.name }, 'e.id', 'm.event_id')
          .select('e.entry_document_id', 'e.entry_locale', 'e.name')
          .whereIn('m.entry_document_id', [...documentIds])
          .where('m.endpoint_id', endpointId)
          .where('m.event_id', '>', eventId)
          .where('e.source', 'content')
          .whereIn('e.name', CHANGES)
      );
      return rows.map((row) => ({
        documentId: text(row.entry_document_id),
        locale: textOrNull(row.entry_locale),
        isPublish: text(row.name) === PUBLISH,
      }));
    },
  };
}
