import type { Core } from '@strapi/strapi';

import { answer, type AdminContext } from './call';
import { serviceOf } from '../../app/service-of';

const UNAVAILABLE = 503;

export const createMetricsController = ({ strapi }: { strapi: Core.Strapi }) => ({
  async read(context: AdminContext): Promise<void> {
    const { type, text } = await serviceOf(strapi, 'metrics').render();
    context.body = text;
    context.type = type;
  },

  health: answer(
    () => serviceOf(strapi, 'metrics').health(),
    ({ status }) => (status === 'down' || status === 'held' ? UNAVAILABLE : 200)
  ),
});
