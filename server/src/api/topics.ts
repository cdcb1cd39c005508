/** Creates, reads and changes topics. A change takes effect on this node at once. */
import type { Core } from '@strapi/strapi';

import type { FilterView, TopicInput, TopicPublish, TopicView } from './types';
import { CoreError } from '../core/errors';
import type { EndpointRecord, TopicRecord } from '../store/types';
import { PLUGIN_ID } from '../plugin-id';
import type { CatalogService } from './catalog';
import { checkTopicFilter, filterView } from './filter-input';
import { parseInput } from './input';
import type { PublisherService, PublishResult } from './publisher';
import { parseChange, rowId, topicInput, topicPublish, rowVersion } from './schemas';
import { runtimeOf } from '../runtime/runtime';
import { holderOf } from '../stats/withheld';
import type { WithheldCount } from '../store/views';

export const createTopicsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const store = () => runtimeOf(strapi).store;
  const catalog = () => strapi.plugin(PLUGIN_ID).service<CatalogService>('catalog');
  const publisher = () => strapi.plugin(PLUGIN_ID).service<PublisherService>('publisher');

  /** @throws CoreError INVALID_VALUE, NOT_FOUND. */
  async function find(id: number): Promise<TopicRecord> {
    parseInput(rowId, id, 'id');
    const topic = (await store().listTopics()).find((candidate) => candidate.id === id);
    if (topic === undefined) throw new CoreError('NOT_FOUND', `there is no topic ${id}`);
    return topic;
  }

  const watch = () => runtimeOf(strapi).watch;

  function topicView(
    topic: TopicRecord,
    endpoints: readonly EndpointRecord[],
    withheld: ReadonlyMap<string, WithheldCount>
  ): TopicView {
    return {
      ...viewOf(topic, endpoints),
      ...filterView(runtimeOf(strapi), 'topic', topic.id, withheld),
    };
  }

  async function get(id: number): Promise<TopicView> {
    const withheld = await watch().withheld.read();
    return topicView(await find(id), await store().listEndpoints(), withheld);
  }

  async function validate(input: Partial<TopicInput>): Promise<void> {
    input.events?.forEach((pattern, index) =>
      catalog().assertEventPattern(pattern, `events.${index}`)
    );
    input.contentTypes?.forEach((uid, index) =>
      catalog().assertContentType(uid, `contentTypes.${index}`)
    );
    if (input.endpointIds === undefined) return;
    const known = new Set((await store().listEndpoints()).map((endpoint) => endpoint.id));
    const unknown = input.endpointIds.findIndex((endpointId) => !known.has(endpointId));
    if (unknown === -1) return;
    throw new CoreError(
      'INVALID_VALUE',
      `there is no endpoint ${input.endpointIds[unknown]}`,
      `endpointIds.${unknown}`
    );
  }

  return {
    async list(): Promise<TopicView[]> {
      const endpoints = await store().listEndpoints();
      const withheld = await watch().withheld.read();
      return (await store().listTopics()).map((topic) => topicView(topic, endpoints, withheld));
    },

    get,

    /** @throws CoreError UNKNOWN_EVENT, UNKNOWN_CONTENT_TYPE, INVALID_VALUE, NAME_TAKEN */
    async create(given: TopicInput): Promise<TopicView> {
      const input = parseInput(topicInput, given);
      await validate(input);
      const { filter = null, contentTypes } = input;
      checkTopicFilter(runtimeOf(strapi), { filter, contentTypes });
      const id = await store().createTopic({
        name: input.name,
        description: input.description ?? null,
        enabled: input.enabled ?? true,
        events: [...new Set(input.events)],
        contentTypes: contentTypes && [...new Set(contentTypes)],
        filter,
        endpointIds: [...new Set(input.endpointIds ?? [])],
      });
      await runtimeOf(strapi).directory.refresh();
      return get(id);
    },

    /**
     * Absent fields are kept.
     *
     * @param version the version that was read.
     * @throws CoreError as `create`, and NOT_FOUND, STALE_VERSION.
     */
    async update(id: number, given: Partial<TopicInput>, version: number): Promise<TopicView> {
      const stored = await find(id);
      parseInput(rowVersion, version, 'version');
      const { events, contentTypes, endpointIds, ...plain } = parseChange(
        topicInput,
        given,
        stored
      );
      await validate({ events, contentTypes, endpointIds });
      const filtered = {
        filter: plain.filter === undefined ? stored.filter : plain.filter,
        contentTypes: contentTypes === undefined ? stored.contentTypes : contentTypes,
      };
      checkTopicFilter(runtimeOf(strapi), filtered, stored);
      const change = {
        ...plain,
        events: events && [...new Set(events)],
        contentTypes: contentTypes && [...new Set(contentTypes)],
        endpointIds: endpointIds && [...new Set(endpointIds)],
      };
      await store().updateTopic(id, change, version);
      await runtimeOf(strapi).directory.refresh();
      return get(id);
    },

    /** Its messages are still delivered. */
    async remove(id: number): Promise<{ id: number }> {
      parseInput(rowId, id, 'id');
      if (!(await store().deleteTopic(id))) {
        throw new CoreError('NOT_FOUND', `there is no topic ${id}`);
      }
      await store().removeWithheld(holderOf({ by: 'topic', id }));
      await runtimeOf(strapi).directory.refresh();
      return { id };
    },

    /** Sends one message per endpoint, whatever the topic's events. */
    async publish(id: number, given: TopicPublish): Promise<PublishResult> {
      const { name } = await find(id);
      const input = parseInput(topicPublish, given);
      await runtimeOf(strapi).directory.refreshIfChanged(); // Another node may have just created it.
      return publisher().publish({ topic: name, ...input }, { source: 'api' });
    },
  };
};

export type TopicsService = ReturnType<typeof createTopicsService>;

function viewOf(
  topic: TopicRecord,
  endpoints: readonly EndpointRecord[]
): Omit<TopicView, keyof FilterView> {
  const { endpointIds, ...rest } = topic;
  return {
    ...rest,
    endpoints: endpoints
      .filter((endpoint) => endpointIds.includes(endpoint.id))
      .map(({ id, name, url, state }) => ({ id, name, url, state })),
  };
}
