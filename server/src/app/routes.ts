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

export default {
  admin: { type: 'admin', routes: ADMIN_ROUTES.map(strapiRoute) },
  qstash: qstashRoutes,
  manifest: {
    type: 'content-api',
    // By a token that only the receiver can make.
    routes: [
      {
        method: 'GET',
        path: '/manifest/:endpointId',
        handler: 'manifest.find',
        config: { auth: false },
      },
    ],
  },
  jwks: {
    type: 'content-api',
    // Also while the QStash API is off, because endpoints may use EdDSA.
    routes: [
      {
        method: 'GET',
        path: '/.well-known/jwks.json',
        handler: 'jwks.find',
        config: { auth: false },
      },
    ],
  },
};
