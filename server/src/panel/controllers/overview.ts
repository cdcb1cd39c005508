import type { Core } from '@strapi/strapi';

import { answer } from './call';
import type { EventCatalogQuery } from '../contract';
import { serviceOf } from '../../app/service-of';
import { overviewFor } from './payloads';

export const createOverviewController = ({ strapi }: { strapi: Core.Strapi }) => ({
  read: answer(async (call) => overviewFor(call, await serviceOf(strapi, 'overview').read())),
  /** JSON, or TypeScript as text. */
  eventCatalog: answer<undefined, EventCatalogQuery>(({ query }) =>
    serviceOf(strapi, 'event-catalog').read(query)
  ),
  catalog: answer(() => serviceOf(strapi, 'catalog').read()),
});
