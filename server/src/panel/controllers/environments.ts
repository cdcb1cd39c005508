import type { Core } from '@strapi/strapi';

import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createEnvironmentsController = ({ strapi }: { strapi: Core.Strapi }) => ({
  read: answer(() => serviceOf(strapi, 'environments').read()),
  adopt: answer(() => serviceOf(strapi, 'environments').adopt()),
  discardPending: answer(() => serviceOf(strapi, 'environments').discardPending()),
});
