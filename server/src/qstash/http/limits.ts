/** Controllers of queues, flow control and signing keys; see `docs/qstash-compatibility.md`. */
import type { Core } from '@strapi/strapi';

import { parseQueue } from '../format/bodies';
import { parsePin, parseUnpin } from '../format/flow-control-query';
import { parseName } from '../format/option-values';
import { decode, parseQuery } from '../format/request-target';
import { flowControlKeyJson, queueJson } from '../format/resources-json';
import { QstashError } from '../format/error';
import { serviceOf } from '../../app/service-of';
import { action, DONE, ok, type QstashCall } from './call';

export const createQstashQueuesController = ({ strapi }: { strapi: Core.Strapi }) => {
  const queues = () => serviceOf(strapi, 'queues');
  const nameOf = (call: QstashCall): string => parseName(call.param('name'), 'queue name');
  return {
    find: action(async () => ok((await queues().list()).map(queueJson))),
    findOne: action(async (call) => {
      const queue = await queues().get(nameOf(call));
      if (queue === null) throw new QstashError(404, `queue ${call.param('name')} not found`);
      return ok(queueJson(queue));
    }),
    upsert: action(async (call) => {
      await queues().upsert(parseQueue(await call.json()));
      return DONE;
    }),
    delete: action(async (call) => {
      await queues().remove(nameOf(call));
      return DONE;
    }),
    pause: action(async (call) => {
      await queues().pause(nameOf(call));
      return DONE;
    }),
    resume: action(async (call) => {
      await queues().resume(nameOf(call));
      return DONE;
    }),
  };
};

export const createQstashFlowControlController = ({ strapi }: { strapi: Core.Strapi }) => {
  const limits = () => serviceOf(strapi, 'flowControl');
  const keyOf = (call: QstashCall): string => decode(call.subject);
  return {
    find: action(async (call) => {
      const search = parseQuery(call.query).find(([name]) => name === 'search')?.[1];
      return ok((await limits().list(search)).map(flowControlKeyJson));
    }),
    findOne: action(async (call) => {
      const view = await limits().get(keyOf(call));
      if (view === null) throw new QstashError(404, `flow control key ${keyOf(call)} not found`);
      return ok(flowControlKeyJson(view));
    }),
    pause: action(async (call) => {
      await limits().pause(keyOf(call));
      return DONE;
    }),
    resume: action(async (call) => {
      await limits().resume(keyOf(call));
      return DONE;
    }),
    pin: action(async (call) => {
      await limits().pin(keyOf(call), parsePin(call.query));
      return DONE;
    }),
    unpin: action(async (call) => {
      await limits().unpin(keyOf(call), parseUnpin(call.query));
      return DONE;
    }),
    resetRate: action(async (call) => {
      await limits().resetRate(keyOf(call));
      return DONE;
    }),
  };
};

export const createQstashGlobalParallelismController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: action(async () => ok(await serviceOf(strapi, 'flowControl').global())),
});

export const createQstashKeysController = ({ strapi }: { strapi: Core.Strapi }) => {
  const keys = () => serviceOf(strapi, 'signingKeys');
  return {
    // Not named find: read-only tokens must not reveal signing keys.
    reveal: action(async () => ok(keys().get())),
    rotate: action(async () => ok(await keys().rotate())),
  };
};
