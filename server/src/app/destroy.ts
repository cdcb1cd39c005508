import type { Core } from '@strapi/strapi';

import { runtimeOf } from '../runtime/runtime';

/** Before the database goes: lets requests in flight finish, within the configured deadline. */
export default async ({ strapi }: { strapi: Core.Strapi }): Promise<void> => {
  await runtimeOf(strapi).stop();
};
