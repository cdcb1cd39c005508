import type { Core } from '@strapi/strapi';

import type { DryRunResult, EventFilter, EventReplayInput, JobView } from '../contract';
import { MAX_ROW_ID } from '../../core/message/row-id';
import type { ListPage } from '../../api/page';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { eventFor, pageFor } from './payloads';

type EventReplayResult = DryRunResult | { job: JobView };
type ListQuery = EventFilter & ListPage;

export const createEventsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const events = () => serviceOf(strapi, 'events');
  return {
    find: answer<undefined, ListQuery>(async (call) => {
      const { cursor, pageSize, sort, ...filter } = call.query;
      // The title is part of the payload.
      if (filter.title !== undefined) call.demand('messages.read-payload');
      const page = { ...(cursor !== undefined && { cursor }), pageSize, ...(sort && { sort }) };
      return pageFor(call, await events().list(filter, page));
    }),
    replay: answer<EventReplayInput, undefined, EventReplayResult>(
      ({ body }) => events().replay(body),
      (result) => ('job' in result ? 201 : 200)
    ),
    findOne: answer(async (call) => eventFor(call, await events().get(call.id(MAX_ROW_ID)))),
  };
};
