import type { Core } from '@strapi/strapi';

import contentTypes from './content-types';
import { PLUGIN_ID } from './plugin-id';
import { models } from './store/models';

/** Before the database is there: tables that are no content types, and what GraphQL must not show. */
export default ({ strapi }: { strapi: Core.Strapi }): void => {
  // One at a time: the registry ignores further arguments.
  for (const model of models) strapi.get('models').add(model);

  const graphql = strapi.plugin('graphql') as
    { service(name: 'extension'): { shadowCRUD(uid: string): { disable(): void } } } | undefined;
  if (graphql === undefined) return;
  for (const name of Object.keys(contentTypes)) {
    graphql.service('extension').shadowCRUD(`plugin::${PLUGIN_ID}.${name}`).disable();
  }
};
