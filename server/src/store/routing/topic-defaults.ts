/** Default publish headers of a topic, as `PATCH /v2/topics/{name}` sets them; encrypted text. */
import type { StoreContext } from '../sql/context';
import { textOrNull, type Row } from '../sql/rows';
import type { QstashStore } from '../log/qstash-types';

export function createTopicDefaults(
  ctx: StoreContext
): Pick<QstashStore, 'topicDefaults' | 'setTopicDefaults'> {
  return {
    async topicDefaults(topicId) {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.topic.name).select('headers').where({ id: topicId })
      );
      return textOrNull(row?.headers);
    },

    async setTopicDefaults(topicId, stored) {
      await ctx.query((knex) =>
        knex(ctx.tables.topic.name).where({ id: topicId }).update({ headers: stored })
      );
    },
  };
}
