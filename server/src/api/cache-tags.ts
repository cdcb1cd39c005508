/** Cache tags in code: `strapi.plugin('guaranteed-webhooks').service('cacheTags')`. */
import type { Core } from '@strapi/strapi';

import { currentCollector } from '../content-api/cache-tags';

export const createCacheTagsService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /**
   * Adds documents and content types to the tags of the response that is being made, for rows that are
   * read by SQL. Outside such a request, nothing.
   */
  add({
    documentIds = [],
    contentTypes = [],
  }: {
    documentIds?: string[];
    contentTypes?: string[];
  }): void {
    const collector = currentCollector(strapi);
    documentIds.forEach((documentId) => collector?.document(documentId));
    contentTypes.forEach((uid) => collector?.list(uid));
  },
});

export type CacheTagsService = ReturnType<typeof createCacheTagsService>;
