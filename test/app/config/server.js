/** `TRANSFER_REMOTE=true` takes what `strapi transfer` brings. */
module.exports = ({ env }) => ({
  host: env('HOST', '127.0.0.1'),
  port: env.int('PORT', 1337),
  app: { keys: ['test-app-key-one', 'test-app-key-two'] },
  dirs: { public: env('PUBLIC_DIR', './public') },
  // A test that boots a server says so itself.
  logger: { startup: { enabled: false }, updates: { enabled: false } },
  proxy: { global: env('TEST_PROXY') },
  mcp: { enabled: env.bool('MCP', false) },
  transfer: { remote: { enabled: env.bool('TRANSFER_REMOTE', false) } },
});
