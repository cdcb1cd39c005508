/**
 * URL Groups, which are the topics and endpoints of the panel.
 *
 * A group's endpoints have names of their own, or none; ours are named once in the whole
 * installation. An endpoint without a name is called after its URL, and a name that is taken gets
 * the group's behind it; `nameInGroup` reads both back.
 */
import type { Core } from '@strapi/strapi';

import { CoreError } from '../../core/errors';
import { jwtKind } from '../../core/signing/signature-jwt';
import type { EndpointRef } from '../format/bodies';
import type { HeaderMap } from '../format/header-names';
import { parseName } from '../format/option-values';
import { topicJson } from '../format/resources-json';
import { QstashError } from '../format/error';
import { PLUGIN_ID } from '../../plugin-id';
import type { EndpointRecord, TopicRecord } from '../../store/types';
import type { EndpointsService } from '../../api/endpoints';
import { runtimeOf } from '../../runtime/runtime';
import { addressOf, freeName, isOnlyOfGroups, nameInGroup } from './endpoints';

/** Another node may make the same group, or take the same name, at the same moment. */
const MAX_TRIES = 5;

export const createQstashTopicsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;
  const endpoints = () => strapi.plugin(PLUGIN_ID).service<EndpointsService>('endpoints');

  let lastChange: Promise<unknown> = Promise.resolve();

  /**
   * Changes groups one after the other, each in a transaction of its own: two at a time would make the
   * same group twice. Tried again when another node was faster.
   */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const change = lastChange.then(() => tried(work));
    lastChange = change.catch(() => undefined);
    return change;
  }

  async function tried(work: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await store().inTransaction(work);
        return;
      } catch (error) {
        if (tries === MAX_TRIES || !isOvertaken(error)) throw error;
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

  /** By name if it has one, else by URL. Also one that was left alone when it last left this group. */
  async function upsert(topic: TopicRecord, { name, url = '' }: EndpointRef): Promise<void> {
    const all = await store().listEndpoints();
    const members = all.filter(({ topicIds }) => topicIds.includes(topic.id));
    const orphans = all.filter(
      (endpoint) => isOnlyOfGroups(endpoint) && endpoint.topicIds.length === 0
    );
    const same = (endpoint: EndpointRecord): boolean =>
      name === undefined ? endpoint.url === url : nameInGroup(endpoint, topic.name) === name;
    const found =
      members.find(same) ?? orphans.find((endpoint) => same(endpoint) && endpoint.url === url);
    if (found === undefined) {
      await endpoints().create({
        name: freeName(all, topic.name, { name, url }),
        url,
        topicIds: [topic.id],
        retryPolicy: { kind: 'preset', preset: 'qstash' },
        jitterPercent: 0,
        signatures: ['standard', jwtKind(runtime().config.v2.signatureAlgorithm)],
      });
      return;
    }
    const topicIds = [...new Set([...found.topicIds, topic.id])];
    await endpoints().update(found.id, { url, topicIds }, found.version);
  }

  /** Its messages that are under way go out all the same: then it stays, in no group. */
  async function unlink(topic: TopicRecord, endpoint: EndpointRecord): Promise<void> {
    const topicIds = endpoint.topicIds.filter((id) => id !== topic.id);
    await endpoints().update(endpoint.id, { topicIds }, endpoint.version);
    await removeIfForgotten({ ...endpoint, topicIds });
  }

  async function removeIfForgotten(endpoint: EndpointRecord): Promise<void> {
    if (endpoint.topicIds.length > 0 || !isOnlyOfGroups(endpoint)) return;
    const { counts } = await endpoints().get(endpoint.id);
    if (counts.pending > 0) return;
    await endpoints().remove(endpoint.id, false);
  }

  async function removeTopic(topic: TopicRecord): Promise<void> {
    const members = (await store().listEndpoints()).filter(({ topicIds }) =>
      topicIds.includes(topic.id)
    );
    await store().deleteTopic(topic.id);
    await runtime().directory.refresh();
    for (const endpoint of members) {
      const topicIds = endpoint.topicIds.filter((id) => id !== topic.id);
      await removeIfForgotten({ ...endpoint, topicIds });
    }
  }

  return {
    async list() {
      const all = await store().listEndpoints();
      return (await store().listTopics()).map((topic) => viewOf(topic, all));
    },

    /** @throws QstashError 404 */
    get: async (name: string) => view(await existing(name)),

    /** For publishing: known to this node, or made on another one a moment ago. @throws QstashError 404 */
    async find(name: string): Promise<TopicRecord> {
      const known = runtime().directory.topicByName(name);
      if (known !== undefined) return known;
      await runtime().directory.refreshIfChanged();
      const found = runtime().directory.topicByName(name);
      if (found === undefined) throw new QstashError(404, `topic ${name} not found`);
      return found;
    },

    /** Makes the group if there is none. All of them, or none. */
    async addEndpoints(name: string, refs: readonly EndpointRef[]): Promise<void> {
      refs.forEach(({ url = '' }) => addressOf(url, runtime().urlPolicy));
      await inTurn(async () => {
        const topic = (await lookUp(name)) ?? (await created(name));
        for (const ref of refs) await upsert(topic, ref);
      });
    },

    /** The group goes with its last endpoint, unless content events belong to it. @throws QstashError 404 */
    async removeEndpoints(name: string, refs: readonly EndpointRef[]): Promise<void> {
      await inTurn(async () => {
        const topic = await existing(name);
        const members = (await store().listEndpoints()).filter(({ topicIds }) =>
          topicIds.includes(topic.id)
        );
        const leaving = members.filter((endpoint) =>
          refs.some((ref) =>
            ref.name === undefined
              ? ref.url === endpoint.url
              : ref.name === nameInGroup(endpoint, topic.name)
          )
        );
        for (const endpoint of leaving) await unlink(topic, endpoint);
        const isEmpty = leaving.length === members.length;
        if (isEmpty && topic.events.length === 0) await removeTopic(topic);
      });
    },

    /** Absent is fine. Messages that are made already go out. */
    async remove(name: string): Promise<void> {
      await inTurn(async () => {
        const topic = await lookUp(name);
        if (topic !== undefined) await removeTopic(topic);
      });
    },

    /** Headers for everything that is published to the group. @throws QstashError 404 */
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

/** Its name was taken, or its row changed, between our look and our write. */
const isOvertaken = (error: unknown): boolean =>
  error instanceof CoreError && (error.code === 'NAME_TAKEN' || error.code === 'STALE_VERSION');

export type QstashTopicsService = ReturnType<typeof createQstashTopicsService>;
