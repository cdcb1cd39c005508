import { actionOf } from '../panel/permissions';
import { ADMIN_ROUTES, type AdminRoute } from '../panel/routes/admin';
import { edge } from '../panel/routes/edge';
import { qstashRoutes } from '../qstash/http/routes';

const strapiRoute = ({ method, path, handler, permission, ...shapes }: AdminRoute) => ({
  method,
  path,
  handler,
  config: {
    policies: [
      'admin::isAuthenticatedAdmin',
      { name: 'admin::hasPermissions', config: { actions: [actionOf(permission)] } },
    ],
    middlewares: [edge(shapes)],
  },
});

/** Without Strapi's authentication. */
const openRoute = (method: string, path: string, handler: string) => ({
  method,
  path,
  handler,
  config: { auth: false },
});

export default {
  admin: { type: 'admin', routes: ADMIN_ROUTES.map(strapiRoute) },
  qstash: qstashRoutes,
  receivers: {
    type: 'content-api',
    // By a token that only the receiver can make.
    routes: [
      openRoute('GET', '/manifest/:endpointId', 'manifest.find'),
      openRoute('POST', '/endpoints/:endpointId/claim', 'pull.claim'),
      openRoute('POST', '/endpoints/:endpointId/settle', 'pull.settle'),
    ],
  },
  jwks: {
    type: 'content-api',
    // Also while the QStash API is off, because endpoints may use EdDSA.
    routes: [openRoute('GET', '/.well-known/jwks.json', 'jwks.find')],
  },
};
