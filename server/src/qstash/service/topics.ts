/**
 * URL groups, which are topics and endpoints of the panel.
 *
 * In QStash, the name of an endpoint is optional and unique per group; in the panel it is required and
 * unique. An endpoint without a name is named after its URL, and a name that is taken gets the group's
 * name as a suffix. `nameInGroup` reverses both.
 */
import type { Core } from '@strapi/strapi';

import { CoreError } from '../../core/errors';
import { jwtKind } from '../../core/signing/signature-jwt';
import type { EndpointRef } from '../format/bodies';
import type { HeaderMap } from '../format/header-names';
import { parseName } from '../format/option-values';
import { topicJson } from '../format/resources-json';
import { QstashError } from '../format/error';
import type { EndpointRecord, TopicRecord } from '../../store/types';
import { newEndpoint } from '../../api/new-endpoint';
import { parseTarget } from '../../core/safety/url-safety';
import { runtimeOf } from '../../runtime/runtime';
import { addressOf, freeName, isFromGroup, nameInGroup } from './endpoints';

/** Another node may create the same group or name at the same time. */
const MAX_TRIES = 5;

export const createQstashTopicsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  let lastChange: Promise<unknown> = Promise.resolve();

  /**
   * Runs changes one after another, each in its own transaction: concurrent ones would create a group
   * twice. Retries when another node was first.
   */
  function serialized(work: () => Promise<void>): Promise<void> {
    const change = lastChange.then(() => retried(work));
    lastChange = change.catch(() => undefined);
    return change;
  }

  async function retried(work: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await store().inTransaction(work);
        return;
      } catch (error) {
        if (tries === MAX_TRIES || !isConflict(error)) throw error;
      } finally {
        await runtime().directory.refresh();
      }
    }
  }

  async function lookUp(name: string): Promise<TopicRecord | undefined> {
    return (await store().listTopics()).find((topic) => topic.name === name);
  }

  /** @throws QstashError 404 */
  async function existing(name: string): Promise<TopicRecord> {
    const topic = await lookUp(name);
    if (topic === undefined) throw new QstashError(404, `topic ${name} not found`);
    return topic;
  }

  async function created(name: string): Promise<TopicRecord> {
    await store().createTopic({
      name: parseName(name, 'topic name'),
      description: null,
      enabled: true,
      events: [],
      contentTypes: null,
      filter: null,
      endpointIds: [],
    });
    return existing(name);
  }

  async function view(topic: TopicRecord) {
    const all = await store().listEndpoints();
    return viewOf(topic, all);
  }

  function viewOf(topic: TopicRecord, all: readonly EndpointRecord[]) {
    const members = all.filter(({ id }) => topic.endpointIds.includes(id));
    return topicJson({
      ...topic,
      endpoints: members.map((endpoint) => ({
        name: nameInGroup(endpoint, topic.name),
        url: endpoint.url,
      })),
    });
  }

  /**
   * Finds by name, or by URL without one. Reuses an endpoint that was kept when it left its group.
   *
   * @param all every endpoint; updated with this one.
   */
  async function upsert(
    topic: TopicRecord,
    { name, url = '' }: EndpointRef,
    all: EndpointRecord[]
  ): Promise<void> {
    const members = all.filter(({ topicIds }) => topicIds.includes(topic.id));
    const orphans = all.filter(
      (endpoint) => isFromGroup(endpoint) && endpoint.topicIds.length === 0
    );
    const same = (endpoint: EndpointRecord): boolean =>
      name === undefined ? endpoint.url === url : nameInGroup(endpoint, topic.name) === name;
    const found =
      members.find(same) ?? orphans.find((endpoint) => same(endpoint) && endpoint.url === url);
    if (found === undefined) {
      const { write } = await newEndpoint(
        runtime(),
        {
          name: freeName(all, topic.name, { name, url }),
          url,
          topicIds: [topic.id],
          retryPolicy: { kind: 'preset', preset: 'qstash' },
          jitterPercent: 0,
          signatures: ['standard', jwtKind(runtime().config.v2.signatureAlgorithm)],
        },
        [topic]
      );
      const id = await store().createEndpoint(write);
      const now = runtime().clock.now();
      all.push({
        ...write,
        id,
        breaker: null,
        expiresAt: null,
        managedBy: null,
        version: 1,
        createdAt: now,
        updatedAt: now,
      });
      return;
    }
    parseTarget(url, runtime().urlPolicy, 'url');
    const topicIds = [...new Set([...found.topicIds, topic.id])];
    await store().updateEndpoint(found.id, { url, topicIds }, found.version);
    Object.assign(found, { url, topicIds, version: found.version + 1 });
  }

  /** An endpoint with pending messages is kept, without a group, so they are still delivered. */
  async function unlink(topic: TopicRecord, leaving: readonly EndpointRecord[]): Promise<void> {
    for (const { id, topicIds, version } of leaving) {
      const rest = topicIds.filter((topicId) => topicId !== topic.id);
      await store().updateEndpoint(id, { topicIds: rest }, version);
    }
    await removeForgotten(topic, leaving);
  }

  /** Deletes endpoints made for this group that are in no other and have no pending messages. */
  async function removeForgotten(
    topic: TopicRecord,
    left: readonly EndpointRecord[]
  ): Promise<void> {
    const forgotten = left.filter(
      (endpoint) => isFromGroup(endpoint) && endpoint.topicIds.every((id) => id === topic.id)
    );
    const counts = await store().countByEndpoint(
      forgotten.map(({ id }) => id),
      1
    );
    const now = runtime().clock.now();
    for (const { id } of forgotten) {
      if ((counts.get(id)?.pending ?? 0) > 0) continue;
      await store().deleteEndpoint(id, { cancelPending: false, now });
      await store().finishDeletion(id, { now });
    }
  }

  async function membersOf(topic: TopicRecord): Promise<EndpointRecord[]> {
    return (await store().listEndpoints()).filter(({ topicIds }) => topicIds.includes(topic.id));
  }

  async function removeTopic(topic: TopicRecord): Promise<void> {
    const members = await membersOf(topic);
    await store().deleteTopic(topic.id);
    await removeForgotten(topic, members);
  }

  return {
    async list() {
      const all = await store().listEndpoints();
      return (await store().listTopics()).map((topic) => viewOf(topic, all));
    },

    /** @throws QstashError 404 */
    get: async (name: string) => view(await existing(name)),

    /** Includes topics that another node has just created. @throws QstashError 404 */
    async find(name: string): Promise<TopicRecord> {
      const known = runtime().directory.topicByName(name);
      if (known !== undefined) return known;
      await runtime().directory.refreshIfChanged();
      const found = runtime().directory.topicByName(name);
      if (found === undefined) throw new QstashError(404, `topic ${name} not found`);
      return found;
    },

    /** Creates the group if it is missing. Adds all endpoints, or none. */
    async addEndpoints(name: string, refs: readonly EndpointRef[]): Promise<void> {
      refs.forEach(({ url = '' }) => addressOf(url, runtime().urlPolicy));
      await serialized(async () => {
        const topic = (await lookUp(name)) ?? (await created(name));
        const all = await store().listEndpoints();
        for (const ref of refs) await upsert(topic, ref, all);
      });
    },

    /** A group without endpoints and content events is removed. @throws QstashError 404 */
    async removeEndpoints(name: string, refs: readonly EndpointRef[]): Promise<void> {
      await serialized(async () => {
        const topic = await existing(name);
        const members = await membersOf(topic);
        const leaving = members.filter((endpoint) =>
          refs.some((ref) =>
            ref.name === undefined
              ? ref.url === endpoint.url
              : ref.name === nameInGroup(endpoint, topic.name)
          )
        );
        await unlink(topic, leaving);
        const isEmpty = leaving.length === members.length;
        if (isEmpty && topic.events.length === 0) await removeTopic(topic);
      });
    },

    /** Does nothing for an unknown group. Messages that exist are still delivered. */
    async remove(name: string): Promise<void> {
      await serialized(async () => {
        const topic = await lookUp(name);
        if (topic !== undefined) await removeTopic(topic);
      });
    },

    /** Sets default headers of messages to the group. @throws QstashError 404 */
    async setDefaults(name: string, headers: HeaderMap): Promise<void> {
      const topic = await existing(name);
      const stored =
        Object.keys(headers).length === 0 ? null : runtime().crypt.encrypt(JSON.stringify(headers));
      await store().setTopicDefaults(topic.id, stored);
    },

    async defaultsOf(topicId: number): Promise<HeaderMap | undefined> {
      const stored = await store().topicDefaults(topicId);
      if (stored === null) return undefined;
      return JSON.parse(runtime().crypt.decrypt(stored)) as HeaderMap;
    },
  };
};

/** True when a name was taken, or a row changed, between read and write. */
const isConflict = (error: unknown): boolean =>
  error instanceof CoreError && (error.code === 'NAME_TAKEN' || error.code === 'STALE_VERSION');

export type QstashTopicsService = ReturnType<typeof createQstashTopicsService>;
