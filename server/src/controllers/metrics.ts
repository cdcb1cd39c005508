import type { Core } from '@strapi/strapi';

import { EXPOSITION_TYPE } from '../core/exposition';
import { answer, serviceOf, type AdminContext } from './call';

const UNAVAILABLE = 503;

export const createMetricsController = ({ strapi }: { strapi: Core.Strapi }) => ({
  async read(context: AdminContext & { type: string }): Promise<void> {
    context.body = await serviceOf(strapi, 'metrics').render();
    context.type = EXPOSITION_TYPE;
  },

  health: answer(
    () => serviceOf(strapi, 'metrics').health(),
    ({ status }) => (status === 'down' ? UNAVAILABLE : 200)
  ),
});
