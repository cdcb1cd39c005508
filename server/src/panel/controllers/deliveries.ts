import type { Core } from '@strapi/strapi';

import type { EntryQuery } from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createDeliveriesController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: answer<undefined, EntryQuery>(({ query }) =>
    serviceOf(strapi, 'deliveries').ofEntry(query)
  ),
});
