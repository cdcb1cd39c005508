import type { Core } from '@strapi/strapi';

import type { NativeImportInput } from '../contract';
import { answer } from './call';
import { serviceOf } from '../../app/service-of';

export const createNativeWebhooksController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: answer(() => serviceOf(strapi, 'native-webhooks').list()),
  import: answer<NativeImportInput>(({ body }) =>
    serviceOf(strapi, 'native-webhooks').import(body)
  ),
});
