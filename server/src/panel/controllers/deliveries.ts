import type { Core } from '@strapi/strapi';

import type { EntryQuery } from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { deliveryFor } from './payloads';

export const createDeliveriesController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: answer<undefined, EntryQuery>(async (call) => {
    const deliveries = await serviceOf(strapi, 'deliveries').ofEntry(call.query);
    return deliveries.map((delivery) => deliveryFor(call, delivery));
  }),
  knowledge: answer<undefined, EntryQuery>(({ query }) =>
    serviceOf(strapi, 'deliveries').knowledge(query)
  ),
});
