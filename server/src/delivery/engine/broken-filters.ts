/** Finds filters that do not fit the schema any more: an attribute was removed, or a content type was added to a topic. */
import type { Schemas } from '../../core/filter/fields';
import { brokenParts, type BrokenFilter } from '../../core/routing/filtering';
import type { EndpointRecord, TopicRecord } from '../../store/types';

/** Content types that the filters are checked against. */
export interface FilterSchema {
  schemas: Schemas;
  /** All content types. */
  contentTypes(): readonly string[];
}

/** A topic or endpoint with a filter that is broken. */
export interface BrokenHolder {
  by: 'topic' | 'endpoint';
  id: number;
  name: string;
  problems: readonly BrokenFilter[];
}

type Topic = Pick<TopicRecord, 'id' | 'name' | 'contentTypes' | 'filter'>;
type Endpoint = Pick<EndpointRecord, 'id' | 'name' | 'topicIds' | 'filter'>;

/** Content types of a topic's entries. */
export const typesOf = (
  { contentTypes }: Pick<Topic, 'contentTypes'>,
  schema: FilterSchema
): readonly string[] => contentTypes ?? schema.contentTypes();

/** Content types of the topics that an endpoint subscribes to. */
export const typesOfTopics = (
  topicIds: readonly number[],
  topics: readonly Topic[],
  schema: FilterSchema
): string[] => [
  ...new Set(
    topics.filter(({ id }) => topicIds.includes(id)).flatMap((topic) => typesOf(topic, schema))
  ),
];

export function brokenFilters(
  topics: readonly Topic[],
  endpoints: readonly Endpoint[],
  schema: FilterSchema
): BrokenHolder[] {
  const holders = [
    ...topics.map((topic) => ({
      by: 'topic' as const,
      holder: topic,
      uids: typesOf(topic, schema),
    })),
    ...endpoints.map((endpoint) => ({
      by: 'endpoint' as const,
      holder: endpoint,
      uids: typesOfTopics(endpoint.topicIds, topics, schema),
    })),
  ];
  return holders.flatMap(({ by, holder: { id, name, filter }, uids }) => {
    if (filter === null) return [];
    const existing = uids.filter((uid) => schema.schemas(uid) !== undefined);
    const problems = brokenParts(filter, existing, schema.schemas);
    return problems.length === 0 ? [] : [{ by, id, name, problems }];
  });
}

/** For the log and the overview. */
export function brokenText({ by, name, problems }: BrokenHolder): string {
  const [first] = problems;
  if (first === undefined) return '';
  const { path, message, uid } = first;
  return `The filter of ${by} "${name}" withholds nothing of ${uid} any more: ${path}: ${message}`;
}
