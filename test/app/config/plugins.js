const path = require('node:path');

/** Absolute: Strapi first looks relative to its own files. */
const REPOSITORY = path.resolve(__dirname, '../../..');

/**
 * `WEBHOOKS_PLUGIN` says where the plugin under test is: a folder, or `none`. By default the
 * repository itself, that is, its build. `WEBHOOKS_PLUGIN_CONFIG` is its configuration, as JSON.
 * `GRAPHQL=true` adds Strapi's GraphQL plugin.
 */
module.exports = ({ env }) => {
  const resolve = env('WEBHOOKS_PLUGIN', REPOSITORY);
  const plugins = {
    'users-permissions': { config: { jwtSecret: 'test-users-permissions-jwt-secret' } },
    upload: { config: { sizeLimit: 10_000_000, breakpoints: { small: 100 } } },
  };
  if (env.bool('GRAPHQL', false)) {
    const manifest = require.resolve('@strapi/plugin-graphql/package.json');
    plugins.graphql = { enabled: true, resolve: path.dirname(manifest) };
  }
  if (resolve === 'none') return plugins;
  return {
    ...plugins,
    'guaranteed-webhooks': {
      enabled: true,
      resolve,
      config: JSON.parse(env('WEBHOOKS_PLUGIN_CONFIG', '{}')),
    },
  };
};
