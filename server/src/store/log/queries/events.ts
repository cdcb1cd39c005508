/** Events, newest first and paged by row id. Bodies are read one at a time. */
import type { StoreContext } from '../../sql/context';
import { body, eventView, text, type Row } from '../../sql/rows';
import type { QueryStore } from '../../types';

const VIEW_COLUMNS = [
  'id',
  'name',
  'uid',
  'entry_document_id',
  'entry_locale',
  'actor_kind',
  'actor_id',
  'actor_label',
  'source',
  'occurred_at',
];

export function createEventQueries(
  ctx: StoreContext
): Pick<QueryStore, 'listEvents' | 'findEvent'> {
  return {
    async listEvents({ name, uid, source, entryDocumentId }, { before, limit }) {
      const rows = await ctx.query<Row[]>((knex) => {
        const query = knex(ctx.tables.event.name).select(VIEW_COLUMNS);
        for (const [column, list] of Object.entries({ name, uid, source })) {
          if (list !== undefined) query.whereIn(column, [...list]);
        }
        if (entryDocumentId !== undefined) query.where('entry_document_id', entryDocumentId);
        if (before !== undefined) query.where('id', '<', before);
        return query.orderBy('id', 'desc').limit(limit);
      });
      return rows.map(eventView);
    },

    async findEvent(id) {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.event.name)
          .select([...VIEW_COLUMNS, 'body', 'body_encoding', 'content_type'])
          .where({ id })
      );
      if (row === undefined) return null;
      return {
        ...eventView(row),
        body: body(row.body, row.body_encoding),
        contentType: text(row.content_type),
      };
    },
  };
}
