/**
 * Routes of the QStash API, under `/api/guaranteed-webhooks`. Strapi's API tokens open them: a
 * full-access token all of them, a custom one those it is given, a read-only one those whose action is
 * called `find` or `findOne`. Nothing else does: not a user of the Users & Permissions plugin, and not
 * its public role, whatever their role is given.
 */
import type { Core } from '@strapi/strapi';

import { serviceOf } from '../../app/service-of';
import { CALLS, type QstashCall } from '../format/calls';

/** Strapi's strategy for API tokens, by its name and by the one it had in earlier versions. */
const API_TOKENS = ['content-api-token', 'api-token'];

/** A fresh object for each: Strapi adds the route's scope to its `auth`. */
const routeOf = (call: QstashCall) => ({ ...call, config: { auth: { strategies: API_TOKENS } } });

/** Called when Strapi sets up its routes: an API that is switched off has none. */
export const qstashRoutes = ({ strapi }: { strapi: Core.Strapi }) => ({
  type: 'content-api',
  routes: serviceOf(strapi, 'runtime').config.v2.enabled ? CALLS.map(routeOf) : [],
});
