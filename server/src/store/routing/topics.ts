/** Topics: few rows, read whole. */
import type { Filter } from '../../core/filter/filter';
import type { StoreContext } from '../sql/context';
import { createDirectoryWrites } from './directory-writes';
import { assertMembersEditable } from './managed';
import { flag, idsOf, instantOf, integer, text, textOrNull, type Row } from '../sql/rows';
import { UID } from '../sql/tables';
import type { DirectoryStore, TopicRecord, TopicWrite } from '../types';

type Topics = Pick<DirectoryStore, 'listTopics' | 'createTopic' | 'updateTopic' | 'deleteTopic'>;

export function createTopics(ctx: StoreContext): Topics {
  const writes = createDirectoryWrites(ctx, 'topic');

  return {
    async listTopics() {
      const rows = (await ctx.db.query(UID.topic).findMany({
        populate: { endpoints: { select: ['id'] } },
        orderBy: { id: 'asc' },
      })) as Row[];
      return rows.map(topicRecord);
    },

    createTopic: (write) =>
      ctx.transaction(async () => {
        await assertMembersEditable(ctx, null, write.endpointIds);
        return writes.create({ ...dataOf(write), name: write.name, version: 1 });
      }),

    updateTopic: (id, write, version) =>
      ctx.transaction(async () => {
        if (write.endpointIds !== undefined)
          await assertMembersEditable(ctx, id, write.endpointIds);
        await writes.update(id, dataOf(write), version);
      }),

    deleteTopic: (id) =>
      ctx.transaction(async () => {
        await assertMembersEditable(ctx, id, []);
        return writes.remove(id);
      }),
  };
}

function dataOf({ endpointIds, ...columns }: Partial<TopicWrite>) {
  return { ...columns, ...(endpointIds !== undefined && { endpoints: endpointIds }) };
}

function topicRecord(row: Row): TopicRecord {
  return {
    id: integer(row.id),
    name: text(row.name),
    description: textOrNull(row.description),
    enabled: flag(row.enabled),
    events: (row.events ?? []) as string[],
    contentTypes: (row.contentTypes ?? null) as string[] | null,
    filter: (row.filter ?? null) as Filter | null,
    managedBy: textOrNull(row.managedBy),
    version: integer(row.version),
    endpointIds: idsOf(row.endpoints),
    createdAt: instantOf(row.createdAt),
    updatedAt: instantOf(row.updatedAt),
  };
}
