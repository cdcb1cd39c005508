import type { Core } from '@strapi/strapi';

import type { TopicInput, TopicPublish } from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { trialFor } from './payloads';

export const createTopicsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const topics = () => serviceOf(strapi, 'topics');
  return {
    find: answer(() => topics().list()),
    findOne: answer(({ id }) => topics().get(id())),
    create: answer<TopicInput>(({ body }) => topics().create(body), 201),
    update: answer<TopicInput & { version: number }>(({ id, body: { version, ...input } }) =>
      topics().update(id(), input, version)
    ),
    delete: answer(({ id }) => topics().remove(id())),
    trial: answer(async (call) =>
      trialFor(call, await serviceOf(strapi, 'formats').tryTopic(call.body))
    ),
    publish: answer<TopicPublish>(({ id, body }) => topics().publish(id(), body), 201),
  };
};
