/** Queues, flow control and signing keys. */
import type { Core } from '@strapi/strapi';

import type { PinInput, QueueInput, RotateInput } from '../contract';
import { CoreError } from '../../core/errors';
import type { KeysQuery } from '../services/flow-control';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createQueuesController = ({ strapi }: { strapi: Core.Strapi }) => {
  const queues = () => serviceOf(strapi, 'queues');
  return {
    find: answer(() => queues().list()),
    create: answer<QueueInput>(({ body }) => queues().create(body), 201),
    update: answer<Pick<QueueInput, 'parallelism'>>(({ param, body }) =>
      queues().change(param('name'), body)
    ),
    delete: answer(async ({ param }) => {
      const name = param('name');
      if (!(await queues().remove(name))) {
        throw new CoreError('NOT_FOUND', `there is no queue "${name}"`);
      }
      return { name };
    }),
    pause: answer(({ param }) => queues().pause(param('name'))),
    resume: answer(({ param }) => queues().resume(param('name'))),
  };
};

interface Key {
  key: string;
}

export const createFlowControlController = ({ strapi }: { strapi: Core.Strapi }) => {
  const limits = () => serviceOf(strapi, 'panelFlowControl');
  return {
    find: answer<undefined, KeysQuery>(({ query }) => limits().list(query)),
    pause: answer<Key>(({ body }) => limits().pause(body.key)),
    resume: answer<Key>(({ body }) => limits().resume(body.key)),
    pin: answer<PinInput>(({ body: { key, ...pin } }) => limits().pin(key, pin)),
    unpin: answer<Key>(({ body }) => limits().unpin(body.key)),
    resetRate: answer<Key>(({ body }) => limits().resetRate(body.key)),
  };
};

export const createSigningKeysController = ({ strapi }: { strapi: Core.Strapi }) => {
  const keys = () => serviceOf(strapi, 'signingKeys');
  return {
    find: answer(() => keys().shown()),
    reveal: answer(() => keys().shown(true)),
    rotate: answer(async () => {
      await keys().rotate();
      return keys().shown();
    }),
    rotateUrlSecret: answer<RotateInput>(async ({ body }) => {
      await keys().rotateUrlSecret(body);
      return keys().shown();
    }),
  };
};
