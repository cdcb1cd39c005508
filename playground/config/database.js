/** SQLite in a file unless `DATABASE_CLIENT` (sqlite, postgres, mysql) and `DATABASE_URL` say otherwise. */
const path = require('node:path');

const DEFAULT_PORTS = { postgres: 5432, mysql: 3306 };

function serverConnection(client, url) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    host: hostname,
    port: Number(port || DEFAULT_PORTS[client]),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(client === 'postgres' && { schema: searchParams.get('schema') ?? 'public' }),
  };
}

module.exports = ({ env }) => {
  const client = env('DATABASE_CLIENT', 'sqlite');
  const url = env('DATABASE_URL');
  if (client === 'sqlite') {
    const filename = url ? url.replace(/^(sqlite|file):(\/\/)?/, '') : '.tmp/data.db';
    return {
      connection: {
        client,
        connection: { filename: path.resolve(__dirname, '..', filename) },
        useNullAsDefault: true,
      },
    };
  }
  if (!url) throw new Error(`DATABASE_CLIENT=${client} needs DATABASE_URL`);
  return { connection: { client, connection: serverConnection(client, url) } };
};
