import type { Core } from '@strapi/strapi';

import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createOverviewController = ({ strapi }: { strapi: Core.Strapi }) => ({
  read: answer(() => serviceOf(strapi, 'overview').read()),
  catalog: answer(() => serviceOf(strapi, 'catalog').read()),
});
