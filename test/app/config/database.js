/** `DATABASE_CLIENT` is sqlite (default), postgres or mysql; the latter two take `DATABASE_URL`. */
module.exports = ({ env }) => {
  const client = env('DATABASE_CLIENT', 'sqlite');

  if (client === 'sqlite') {
    return {
      connection: {
        client,
        connection: { filename: env('DATABASE_FILENAME', '.tmp/test.sqlite') },
        useNullAsDefault: true,
      },
    };
  }

  const pool = { min: 0, max: env.int('DATABASE_POOL_MAX', 10) };
  if (client === 'postgres') {
    return { connection: { client, connection: { connectionString: env('DATABASE_URL') }, pool } };
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
      },
      pool,
    },
  };
};
