const path = require('node:path');

module.exports = ({ env }) => ({
  'users-permissions': { config: { jwtSecret: env('JWT_SECRET') } },
  'guaranteed-webhooks': {
    enabled: true,
    // An app that installed the package needs no `resolve`; this one lives inside its repository.
    resolve: path.resolve(__dirname, '..', '..'),
    config: {
      http: {
        // The demo's receiver lives on this machine, which is refused unless allowed.
        allow: { cidrs: env.array('DEMO_ALLOW_CIDRS', ['127.0.0.1/32']) },
      },
    },
  },
});
