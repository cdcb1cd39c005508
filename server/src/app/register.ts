import type { Core } from '@strapi/strapi';

import contentTypes from '../content-types';
import { leaveOutHostColumns } from '../content-types/lean';
import { createV2Middleware } from '../qstash/http/middleware';
import { PLUGIN_ID } from '../plugin-id';
import { models } from '../store/sql/models';

/**
 * Before the database is there: tables that are no content types, the v2 API's place in front of
 * Strapi's own middlewares, and what GraphQL must not show.
 */
export default ({ strapi }: { strapi: Core.Strapi }): void => {
  // One at a time: the registry ignores further arguments.
  const registry = strapi.get<{ add(model: (typeof models)[number]): void }>('models');
  for (const model of models) registry.add(model);
  leaveOutHostColumns(strapi);
  strapi.server.use(createV2Middleware(strapi));

  const graphql = strapi.plugin('graphql') as
    { service(name: 'extension'): { shadowCRUD(uid: string): { disable(): void } } } | undefined;
  if (graphql === undefined) return;
  for (const name of Object.keys(contentTypes)) {
    graphql.service('extension').shadowCRUD(`plugin::${PLUGIN_ID}.${name}`).disable();
  }
};
