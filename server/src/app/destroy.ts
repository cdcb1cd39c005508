import type { Core } from '@strapi/strapi';

import { runtimeOf } from '../runtime/runtime';

/** Waits for attempts in progress, within the configured deadline, before the database is closed. */
export default async ({ strapi }: { strapi: Core.Strapi }): Promise<void> => {
  await runtimeOf(strapi).stop();
};
