/**
 * Routes of the QStash v2 API, under `/api/guaranteed-webhooks`. Content API routes, so that Strapi's
 * own API tokens open them: a full-access token all of them, a custom one those it is given, a
 * read-only one those whose action is called `find` or `findOne`.
 */
import type { Core } from '@strapi/strapi';

import { serviceOf } from '../../app/service-of';
import { CALLS } from '../wire/calls';

/** Asked for when Strapi sets up its routes: an API that is switched off has none. */
export const v2Router = ({ strapi }: { strapi: Core.Strapi }) => ({
  type: 'content-api',
  // Strapi writes into them.
  routes: serviceOf(strapi, 'runtime').config.v2.enabled ? CALLS.map((call) => ({ ...call })) : [],
});
