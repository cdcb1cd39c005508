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
  v2: qstashRoutes,
  jwks: {
    type: 'content-api',
    // Also where the QStash API is switched off: endpoints of the panel may ask for EdDSA.
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
