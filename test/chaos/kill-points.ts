/**
 * Finds, from outside, the instants at which the victim is to die: the product has no hooks for it.
 *
 * Statements are seen where knex hands them to the driver, after the database has answered and
 * before the caller hears of it; HTTP exchanges by the diagnostics channels that undici publishes.
 */
import { subscribe } from 'node:diagnostics_channel';

import type { Core } from '@strapi/strapi';

import type { KillPoint } from './protocol';

export const CONTENT_TABLE = 'authors';

/** A statement the database has executed. SQL is in lower case, identifiers unquoted. */
interface Statement {
  sql: string;
  /** Those of the same transaction before it, `begin` excluded; empty outside of one. */
  before: readonly string[];
}

type Matches = (statement: Statement) => boolean;

const isCommit = (sql: string): boolean => sql.startsWith('commit');
const wroteIn = (statements: readonly string[], what: string): boolean =>
  statements.some((sql) => sql.includes(what));

const INSERTS_CONTENT = `insert into ${CONTENT_TABLE}`;
const INSERTS_MESSAGES = 'insert into gw_messages';
const INSERTS_ATTEMPTS = 'insert into gw_attempts';
const MOVES_MESSAGES = 'update gw_messages';
const MOVES_JOBS = 'update gw_jobs';

const commitOf =
  (what: string): Matches =>
  ({ sql, before }) =>
    isCommit(sql) && wroteIn(before, what);

/** A claim is the update that leases: it neither follows an attempt nor belongs to a job. */
const isClaim = ({ sql, before }: Statement): boolean =>
  sql.includes(MOVES_MESSAGES) &&
  /set[^;]*lease_token = [?$@]/.test(sql) &&
  !wroteIn(before, INSERTS_ATTEMPTS) &&
  !wroteIn(before, MOVES_JOBS);

const STATEMENTS: Partial<Record<KillPoint, Matches>> = {
  // The message is written and the content with it; neither may be seen again.
  'before-commit': ({ sql, before }) =>
    wroteIn([...before, sql], INSERTS_CONTENT) && sql.includes(INSERTS_MESSAGES),
  'after-commit': commitOf(INSERTS_CONTENT),
  'after-claim': (statement) => isClaim(statement) && statement.before.length === 0,
  'during-settle': ({ sql }) => sql.includes(INSERTS_ATTEMPTS),
  'after-settle': commitOf(INSERTS_ATTEMPTS),
  'during-purge': ({ sql }) => sql.includes('delete from gw_'),
  'during-replay': ({ sql, before }) =>
    sql.includes(MOVES_MESSAGES) && !wroteIn(before, INSERTS_ATTEMPTS) && before.length > 0,
  'between-replay-steps': commitOf(MOVES_JOBS),
};

const CHANNELS: Partial<Record<KillPoint, string>> = {
  'request-begun': 'undici:request:create',
  'after-response': 'undici:request:trailers',
};

/** Calls back, synchronously, each time the point is reached. */
export function watchKillPoint(
  strapi: Core.Strapi,
  killPoint: KillPoint,
  target: { receiverUrl: string; onReached: () => void }
): void {
  const channel = CHANNELS[killPoint];
  const matches = STATEMENTS[killPoint];
  if (channel !== undefined) watchRequests(channel, target);
  if (matches !== undefined) watchStatements(strapi, matches, target.onReached);
}

function watchRequests(
  channel: string,
  { receiverUrl, onReached }: { receiverUrl: string; onReached: () => void }
): void {
  const { origin } = new URL(receiverUrl);
  subscribe(channel, (message) => {
    const { request } = message as { request: { origin: string | URL } };
    if (new URL(request.origin).origin === origin) onReached();
  });
}

interface KnexClient {
  _query(connection: object, query: { sql: string }): Promise<unknown>;
}

/** On the client's prototype, because knex makes a client of its own for each transaction. */
function watchStatements(strapi: Core.Strapi, matches: Matches, onReached: () => void): void {
  const { client } = strapi.db.connection as unknown as { client: object };
  const prototype = client.constructor.prototype as KnexClient;
  const execute = prototype._query;
  const open = new WeakMap<object, string[]>();

  prototype._query = async function (connection, query) {
    const answer = await execute.call(this, connection, query);
    const sql = normalise(query.sql);
    const before = open.get(connection) ?? [];
    if (matches({ sql, before })) onReached();
    if (sql.startsWith('begin')) open.set(connection, []);
    else if (isCommit(sql) || sql.startsWith('rollback')) open.delete(connection);
    else open.get(connection)?.push(sql);
    return answer;
  };
}

const normalise = (sql: string): string =>
  sql.toLowerCase().replace(/["`]/g, '').replace(/\s+/g, ' ').trim();
