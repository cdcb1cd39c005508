/**
 * Decides whether a database belongs to this environment, from a mark that is kept in it.
 *
 * An address is no identity: a database moves to another host name, port or pooler, and two stacks reach
 * different databases by the same one. The database server's own identity is; so is the name that the operator
 * configured, and a note that this installation keeps outside the database (docs/decisions/0015).
 */
export interface Mark {
  /** Random, drawn when the database was first used or adopted. */
  installation: string;
  /** The configured name of the environment, or null. */
  name: string | null;
  /** Identities of the database that the mark was written in. A copy of the database has others. */
  traces: string[];
  /** For people: `staging`, or `postgres db.internal:5432/cms`. Nothing in it is secret. */
  label: string;
}

/** The connected database as this process sees it. */
export interface Sighting {
  name: string | null;
  traces: readonly string[];
  label: string;
}

/**
 * Why a database is taken for another environment's:
 * `name`: it carries another name; `copy`: it is a copy, or was moved to another server in a way that looks
 * the same; `unmarked`: it has messages or endpoints, and no mark.
 */
export type Mismatch = 'name' | 'copy' | 'unmarked';

/** Traces kept of the servers that a database has had, the newest first. */
const MAX_TRACES = 8;

/** @param isKnown whether this installation notes, outside the database, that it uses the marked one. */
export function mismatchOf(mark: Mark, seen: Sighting, isKnown: boolean): Mismatch | null {
  if (namesDiffer(mark, seen)) return 'name';
  if (seen.name !== null && mark.name !== null) return null;
  return sharesTrace(mark, seen) || isKnown ? null : 'copy';
}

export const namesDiffer = (mark: Mark, { name }: Sighting): boolean =>
  name !== null && mark.name !== null && name !== mark.name;

export const sharesTrace = (mark: Mark, { traces }: Sighting): boolean =>
  traces.some((trace) => mark.traces.includes(trace));

/** The mark with what has changed since it was written, or the same mark. Only of a database that is ours. */
export function broughtUpToDate(mark: Mark, seen: Sighting): Mark {
  const named = seen.name !== null && mark.name === null;
  if (!named && sharesTrace(mark, seen)) return mark;
  return {
    ...mark,
    name: mark.name ?? seen.name,
    traces: [...new Set([...seen.traces, ...mark.traces])].slice(0, MAX_TRACES),
    label: seen.label,
  };
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

/** Where a database is, for people. */
export function placeLabel({ client, host, port, database, schema }: DatabaseCoordinates): string {
  const place = host === null ? '' : `${host}${port === null ? '' : `:${port}`}/`;
  return `${client} ${place}${database ?? ''}${schema === null ? '' : ` (${schema})`}`;
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
