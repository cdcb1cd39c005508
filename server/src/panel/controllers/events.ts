import type { Core } from '@strapi/strapi';

import type { EventFilter } from '../services/events';
import { MAX_ROW_ID } from '../../core/message/row-id';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { eventFor } from './payloads';

type ListQuery = EventFilter & { cursor?: string; pageSize: number };

export const createEventsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const events = () => serviceOf(strapi, 'events');
  return {
    find: answer<undefined, ListQuery>(({ query: { cursor, pageSize, ...filter } }) =>
      events().list(filter, { ...(cursor !== undefined && { cursor }), pageSize })
    ),
    findOne: answer(async (call) => eventFor(call, await events().get(call.id(MAX_ROW_ID)))),
  };
};
