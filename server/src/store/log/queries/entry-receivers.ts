/**
 * Receivers of an entry's messages, each with its latest message and latest delivery, by the index
 * on the entry.
 */
import type { StoreContext } from '../../sql/context';
import type { PanelStore } from '../panel-types';
import { integer, integerOrNull, MESSAGE_VIEW_COLUMNS, messageRow, type Row } from '../../sql/rows';
import type { MessageRow } from '../../types';
import { withLease } from './listings';

/**
 * Newest messages that are searched: enough to find a receiver of few events, few enough for an
 * entry that changes every minute.
 */
const LOOKED_AT = 2_000;

export function createEntryReceivers(ctx: StoreContext): Pick<PanelStore, 'receiversOfEntry'> {
  async function rowsById(ids: readonly number[]): Promise<Map<number, MessageRow>> {
    const rows = await ctx.query<Row[]>((knex) =>
      knex(ctx.tables.message.name)
        .select(withLease(ctx, knex, MESSAGE_VIEW_COLUMNS))
        .whereIn('id', [...ids])
    );
    return new Map(rows.map((row) => [integer(row.id), messageRow(row)]));
  }

  return {
    async receiversOfEntry({ documentId, uid, locale }, limit) {
      const { message, event } = ctx.tables;
      const newest = await ctx.query<Row[]>((knex) => {
        // An endpoint is one receiver whatever its URL was; without one, the URL is the receiver.
        const address = knex.raw('case when m.endpoint_id is null then m.url end');
        const recent = knex(message.name)
          .select('id', 'event_id', 'endpoint_id', 'url', 'state')
          .where('entry_document_id', documentId)
          .whereNull('source_message_id')
          .orderBy('id', 'desc')
          .limit(LOOKED_AT);
        if (uid !== undefined) void recent.where('uid', uid);
        const query = knex(recent.as('m'))
          .join({ e: event.name }, 'e.id', 'm.event_id')
          .max({ latest: 'm.id' })
          .select({ arrived: knex.raw("max(case when m.state = 'delivered' then m.id end)") })
          .groupBy('m.endpoint_id', address)
          .orderBy('latest', 'desc')
          .limit(limit);
        // Without internationalization an entry has no locale.
        if (locale !== undefined) {
          void query.where((its) => {
            void its.where('e.entry_locale', locale).orWhereNull('e.entry_locale');
          });
        }
        return query;
      });
      const pairs = newest.map(({ latest, arrived }) => ({
        latest: integer(latest),
        arrived: integerOrNull(arrived),
      }));
      const rows = await rowsById(
        pairs.flatMap(({ latest, arrived }) => (arrived === null ? [latest] : [latest, arrived]))
      );
      return pairs.flatMap(({ latest, arrived }) => {
        const row = rows.get(latest);
        // Removed by retention in the meantime.
        if (row === undefined) return [];
        const last = arrived === null ? undefined : rows.get(arrived);
        return [{ latest: row, lastDeliveredAt: last?.finishedAt ?? null }];
      });
    },
  };
}
