/** Controllers of messages, topics, dead letters, logs and readiness; see `docs/qstash-compatibility.md`. */
import type { Core } from '@strapi/strapi';

import { parseBatch, parseDefaults, parseEndpoints } from '../format/bodies';
import { serviceOf } from '../../app/service-of';
import { action, DONE, ok, type QstashCall } from './call';

export const createQstashMessagesController = ({ strapi }: { strapi: Core.Strapi }) => {
  const publishing = () => serviceOf(strapi, 'qstash-publish');
  const messages = () => serviceOf(strapi, 'qstash-messages');
  const rate = () => serviceOf(strapi, 'publish-rate');

  async function publish(call: QstashCall & { queue?: string }) {
    rate().take(call.caller, 1);
    const bytes = await call.bytes(publishing().maxBytes());
    const { status, body } = await publishing().publish({ ...call, body: bytes });
    return ok(body, status);
  }

  return {
    publish: action((call) => publish(call)),
    enqueue: action((call) => publish({ ...call, queue: call.param('queue') })),
    batch: action(async (call) => {
      rate().take(call.caller, 0);
      const items = parseBatch(await call.json(publishing().maxBatchBytes()));
      rate().take(call.caller, items.length);
      return ok(await publishing().batch(items, call));
    }),
    findOne: action(async (call) => ok(await messages().get(call.param('messageId')))),
    cancel: action(async (call) => ok(await messages().cancel(call.param('messageId')))),
    cancelMany: action(async (call) =>
      ok(await messages().cancelMany(call.query, await call.json()))
    ),
  };
};

export const createQstashTopicsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const topics = () => serviceOf(strapi, 'qstash-topics');
  return {
    find: action(async () => ok(await topics().list())),
    findOne: action(async (call) => ok(await topics().get(call.param('name')))),
    addEndpoints: action(async (call) => {
      await topics().addEndpoints(call.param('name'), parseEndpoints(await call.json(), 'add'));
      return DONE;
    }),
    removeEndpoints: action(async (call) => {
      const endpoints = parseEndpoints(await call.json(), 'remove');
      await topics().removeEndpoints(call.param('name'), endpoints);
      return DONE;
    }),
    update: action(async (call) => {
      const defaults = parseDefaults(await call.json());
      serviceOf(strapi, 'qstash-publish').checkDefaults(call.param('name'), defaults);
      await topics().setDefaults(call.param('name'), defaults);
      return DONE;
    }),
    delete: action(async (call) => {
      await topics().remove(call.param('name'));
      return DONE;
    }),
  };
};

export const createQstashDlqController = ({ strapi }: { strapi: Core.Strapi }) => {
  const dlq = () => serviceOf(strapi, 'qstash-dlq');
  return {
    find: action(async (call) => ok(await dlq().list(call.query))),
    findOne: action(async (call) => ok(await dlq().get(call.param('dlqId')))),
    delete: action(async (call) => {
      await dlq().remove(call.param('dlqId'));
      return DONE;
    }),
    deleteMany: action(async (call) => ok(await dlq().removeMany(call.query, await call.json()))),
    retry: action(async (call) => ok(await dlq().retry(call.param('dlqId'), call), 201)),
    retryMany: action(async (call) => ok(await dlq().retryMany(call, await call.json()), 201)),
  };
};

export const createQstashLogsController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: action(async (call) => ok(await serviceOf(strapi, 'qstash-logs').list(call.query))),
});

export const createQstashReadinessController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: action(async () => {
    const ready = serviceOf(strapi, 'runtime').keys.problem() === null;
    return ok({ ready }, ready ? 200 : 503);
  }),
});
