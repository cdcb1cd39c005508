/** Creates, reads and changes topics. A change takes effect on this node at once. */
import type { Core } from '@strapi/strapi';

import type { FilterView, TopicInput, TopicPublish, TopicView } from './types';
import { upserted, type Upserted } from './upsert';
import { CoreError } from '../core/errors';
import type { EndpointRecord, TopicRecord } from '../store/types';
import { PLUGIN_ID } from '../plugin-id';
import { checkTopicFilter, filterView } from './filter-input';
import { isSameSet } from './differences';
import { parseInput } from './input';
import type { PublisherService, PublishResult } from './publisher';
import { parseChange, rowId, topicInput, topicPublish, rowVersion } from './schemas';
import { checkCatalog, newTopic, topicChanges } from './topic-input';
import { runtimeOf } from '../runtime/runtime';
import { holderOf } from '../stats/withheld';
import type { WithheldCount } from '../store/views';

export const createTopicsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const store = () => runtimeOf(strapi).store;
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
    checkCatalog(strapi, input);
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
      const write = newTopic(strapi, given);
      await validate(write);
      const id = await store().createTopic(write);
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

    /**
     * Creates the topic, or gives the one with this name these settings: absent fields have their defaults,
     * absent endpoints are kept. Repeated, it changes nothing.
     *
     * @throws CoreError as `create`; MANAGED.
     */
    async upsert(given: TopicInput): Promise<TopicView & Upserted> {
      const { id, outcome } = await upserted(runtimeOf(strapi), async () => {
        const wanted = newTopic(strapi, given);
        const kept = given.endpointIds === undefined ? {} : { endpointIds: wanted.endpointIds };
        await validate(kept);
        const stored = (await store().listTopics()).find(({ name }) => name === wanted.name);
        if (stored === undefined) return { create: () => store().createTopic(wanted) };
        const { write } = topicChanges(wanted, stored);
        if (kept.endpointIds && !isSameSet(kept.endpointIds, stored.endpointIds)) {
          Object.assign(write, kept);
        }
        const change = () => store().updateTopic(stored.id, write);
        return { id: stored.id, change: Object.keys(write).length === 0 ? null : change };
      });
      return { ...(await get(id)), outcome };
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
