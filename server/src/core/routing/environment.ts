/**
 * Which environment a database belongs to: a fingerprint kept in it, compared with the one this
 * process works out for itself. A copy of production's database in staging carries production's.
 *
 * Named in the config, the name is the whole identity. Otherwise the coordinates of the database are:
 * a copy lies somewhere else. Credentials and pool settings play no part; they change in place.
 */
import { createHash } from 'node:crypto';

export interface Environment {
  /** SHA-256, hex. */
  fingerprint: string;
  /** For people: `staging`, or `postgres db.internal:5432/cms`. Nothing in it is secret. */
  label: string;
}

export interface DatabaseCoordinates {
  client: string;
  host: string | null;
  port: string | null;
  /** Or the file's path. */
  database: string | null;
  schema: string | null;
}

/** Parts of `connection.connection` in `config/database`. */
interface Connection {
  connectionString?: unknown;
  uri?: unknown;
  host?: unknown;
  port?: unknown;
  database?: unknown;
  filename?: unknown;
  schema?: unknown;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { postgres: '5432', mysql: '3306' };

export function environmentOf(named: string | null, coordinates: DatabaseCoordinates): Environment {
  if (named !== null) return { fingerprint: digest(`name:${named}`), label: named };
  const { client, host, port, database, schema } = coordinates;
  const place = host === null ? '' : `${host}${port === null ? '' : `:${port}`}/`;
  const label = `${client} ${place}${database ?? ''}${schema === null ? '' : ` (${schema})`}`;
  return { fingerprint: digest(`database:${label}`), label };
}

export function coordinatesOf(client: string, connection: Connection): DatabaseCoordinates {
  const url = urlOf(connection.connectionString ?? connection.uri);
  const schema = textOf(connection.schema);
  if (url !== null) {
    const { hostname, port, pathname } = url;
    return { client, ...placeOf(client, hostname, port), database: pathname.slice(1), schema };
  }
  return {
    client,
    ...placeOf(client, connection.host, connection.port),
    database: textOf(connection.database) ?? textOf(connection.filename),
    schema,
  };
}

function placeOf(client: string, host: unknown, port: unknown) {
  const name = textOf(host);
  if (name === null) return { host: null, port: null };
  return { host: name.toLowerCase(), port: textOf(port) ?? DEFAULT_PORTS[client] ?? null };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function urlOf(value: unknown): URL | null {
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
