/** Creates an endpoint together with the topic of its events: both, or nothing. */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import type { EndpointSecret, EndpointView, SaveWarnings, SetupInput } from '../contract';
import { parseInput } from '../../api/input';
import { addressWarnings, newEndpoint, secretView } from '../../api/new-endpoint';
import { topicInput } from '../../api/schemas';
import type { EndpointsService } from '../../api/endpoints';
import type { TopicsService } from '../../api/topics';
import { PLUGIN_ID } from '../../plugin-id';
import { runtimeOf } from '../../runtime/runtime';
import { nameKey, slugOf, unused } from './free-names';

/** The endpoint's own fields are checked as those of any new endpoint. */
const setupInput = z.looseObject({
  name: z.string(),
  topicIds: z.array(z.unknown()).default([]),
  events: topicInput.shape.events.min(1, 'choose at least one event'),
  contentTypes: topicInput.shape.contentTypes,
});

const MAX_TOPIC_NAME = 200;

export const createSetupService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const topics = () => strapi.plugin(PLUGIN_ID).service<TopicsService>('topics');
  const endpoints = () => strapi.plugin(PLUGIN_ID).service<EndpointsService>('endpoints');

  async function topicName(endpointName: string): Promise<string> {
    const taken = new Set((await runtime().store.listTopics()).map(({ name }) => nameKey(name)));
    return unused(slugOf(endpointName) || 'webhook', '-', MAX_TOPIC_NAME, taken);
  }

  async function store(given: SetupInput): Promise<{ id: number; secret: string }> {
    const { events, contentTypes, topicIds, ...endpoint } = parseInput(setupInput, given);
    const name = await topicName(endpoint.name);
    const topic = await topics().create({ name, events, contentTypes });
    const { write, secret } = await newEndpoint(runtime(), {
      ...(endpoint as unknown as SetupInput),
      topicIds: [...(topicIds as number[]), topic.id],
    });
    return { id: await runtime().store.createEndpoint(write), secret };
  }

  return {
    /** @throws CoreError naming the field, of the endpoint or of the topic. Nothing is written then. */
    async create(input: SetupInput): Promise<EndpointView & EndpointSecret & SaveWarnings> {
      const { id, secret } = await runtime().store.inTransaction(() => store(input));
      await runtime().directory.refresh();
      const view = await endpoints().get(id);
      return { ...view, ...secretView(secret), ...(await addressWarnings(runtime(), view)) };
    },
  };
};
