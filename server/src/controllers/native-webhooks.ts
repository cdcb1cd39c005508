import type { Core } from '@strapi/strapi';

import type { NativeImportInput } from '../contract';
import { answer, serviceOf } from './call';

export const createNativeWebhooksController = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: answer(() => serviceOf(strapi, 'native-webhooks').list()),
  import: answer<NativeImportInput>(({ body }) =>
    serviceOf(strapi, 'native-webhooks').import(body)
  ),
});
