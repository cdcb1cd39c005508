/**
 * `DATABASE_CLIENT` is sqlite (default), postgres or mysql; the latter two take `DATABASE_URL`, and
 * PostgreSQL a `DATABASE_SCHEMA` other than `public`. `DATABASE_FORCE_MIGRATION=false` has Strapi drop nothing.
 */
module.exports = ({ env }) => {
  const client = env('DATABASE_CLIENT', 'sqlite');
  const settings = { forceMigration: env.bool('DATABASE_FORCE_MIGRATION', true) };

  if (client === 'sqlite') {
    return {
      connection: {
        client,
        connection: { filename: env('DATABASE_FILENAME', '.tmp/test.sqlite') },
        useNullAsDefault: true,
      },
      settings,
    };
  }

  const pool = { min: 0, max: env.int('DATABASE_POOL_MAX', 10) };
  if (client === 'postgres') {
    const connection = { connectionString: env('DATABASE_URL'), schema: env('DATABASE_SCHEMA') };
    return { connection: { client, connection, pool }, settings };
  }

  const url = new URL(env('DATABASE_URL'));
  return {
    connection: {
      client,
      connection: {
        host: url.hostname,
        port: Number(url.port || 3306),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        database: url.pathname.slice(1),
        charset: env('DATABASE_CHARSET'),
      },
      pool,
    },
    settings,
  };
};
