import type { Core } from '@strapi/strapi';

import { answer, serviceOf } from './call';

export const createOverviewController = ({ strapi }: { strapi: Core.Strapi }) => ({
  read: answer(() => serviceOf(strapi, 'overview').read()),
  catalog: answer(() => serviceOf(strapi, 'catalog').read()),
});
