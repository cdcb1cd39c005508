/** Checks the topics of an endpoint, and its settings that depend on their content types. */
import { CoreError } from '../core/errors';
import type { Runtime } from '../runtime/runtime';
import type { EndpointRecord, TopicRecord } from '../store/types';
import { checkEndpointFilter } from './filter-input';
import { valueOf } from './input';
import { checkView } from './shape-input';
import type { EndpointInput } from './types';

/** @throws CoreError naming the field. */
export async function checkRouting(
  runtime: Runtime,
  { topicIds, filter, shape }: Pick<Partial<EndpointInput>, 'topicIds' | 'filter' | 'shape'>,
  known: { stored: EndpointRecord | undefined; topics: readonly TopicRecord[] | undefined }
): Promise<void> {
  if (topicIds === undefined && filter === undefined && shape === undefined) return;
  const { stored } = known;
  const topics = known.topics ?? (await runtime.store.listTopics());
  if (topicIds !== undefined) assertTopics(topicIds, topics);
  const given = {
    topicIds: valueOf(topicIds, stored?.topicIds, []),
    filter: valueOf(filter, stored?.filter, null),
    shape: valueOf(shape, stored?.shape, null),
  };
  checkEndpointFilter(runtime, given, { stored, topics });
  await checkView(runtime, given, { stored, topics });
}

function assertTopics(topicIds: readonly number[], topics: readonly TopicRecord[]): void {
  const known = new Set(topics.map((topic) => topic.id));
  const unknown = topicIds.findIndex((id) => !known.has(id));
  if (unknown === -1) return;
  throw new CoreError(
    'INVALID_VALUE',
    `there is no topic ${topicIds[unknown]}`,
    `topicIds.${unknown}`
  );
}
