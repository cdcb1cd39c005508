import type { Core } from '@strapi/strapi';

import { serviceOf } from '../../app/service-of';
import { answer } from './call';

export const createAlertsController = ({ strapi }: { strapi: Core.Strapi }) => {
  const alerts = () => serviceOf(strapi, 'alerts');
  return {
    read: answer(() => alerts().get()),
    update: answer(({ body }) => alerts().save(body)),
    test: answer(() => alerts().test()),
  };
};
