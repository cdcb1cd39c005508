module.exports = ({ env }) => ({
  // The demo prints its password: it listens on this machine alone unless told otherwise.
  host: env('HOST', '127.0.0.1'),
  port: env.int('PORT', 1337),
  app: { keys: env.array('APP_KEYS') },
});
