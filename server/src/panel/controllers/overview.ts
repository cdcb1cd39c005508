import type { Core } from '@strapi/strapi';

import { answer } from './call';
import { serviceOf } from '../../app/service-of';
import { overviewFor } from './payloads';

export const createOverviewController = ({ strapi }: { strapi: Core.Strapi }) => ({
  read: answer(async (call) => overviewFor(call, await serviceOf(strapi, 'overview').read())),
  catalog: answer(() => serviceOf(strapi, 'catalog').read()),
});
