/**
 * Finds, from outside, the instants at which the victim is to die: the product has no hooks for it.
 *
 * Statements are seen where they are handed to the driver: as they leave, and when the database has
 * answered but the caller has not heard of it. HTTP exchanges, by the diagnostics channels of undici.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';

import type { Core } from '@strapi/strapi';

import type { KillPoint } from './protocol';

export const CONTENT_TABLE = 'authors';

/** A statement on its way: `asked` as it is handed to the driver, `answered` when the database has run it. */
interface Statement {
  phase: 'asked' | 'answered';
  /** In lower case, identifiers unquoted and without a schema. */
  sql: string;
  /** Those before it in its transaction; null when it is not in one. */
  before: readonly string[] | null;
}

type Matches = (statement: Statement) => boolean;
type Does = (sql: string) => boolean;

const INSERTS_CONTENT: Does = (sql) => sql.includes(`insert into ${CONTENT_TABLE} `);
const INSERTS_MESSAGES: Does = (sql) => sql.includes('insert into gw_messages');
const RECORDS_ATTEMPTS: Does = (sql) => sql.includes('insert into gw_attempts');
/** MySQL's names the table after the rows it joins. */
const updates =
  (table: string): Does =>
  (sql) =>
    new RegExp(`\\bupdate\\b.*\\b${table}\\b.*\\bset\\b`).test(sql);
const MOVES_JOB: Does = (sql) => sql.includes('update gw_jobs') && sql.includes('done =');
/** A settlement says how often a message was retried; a replay begins to count again. */
const REPLAYS: Does = (sql) =>
  updates('gw_messages')(sql) && /dlq_id = /.test(sql) && !/last_outcome/.test(sql);
/** Only a claim writes a lease; whatever else moves a message takes it away. */
const CLAIMS: Does = (sql) => updates('gw_outbox')(sql) && /lease_token = [?$]/.test(sql);
const DELETES: Does = (sql) => /^delete\b.*\bgw_/.test(sql);

const isCommit: Does = (sql) => sql.startsWith('commit');

/** It has happened, for good: its transaction is committed, or it was alone and is answered. */
const committed =
  (does: Does): Matches =>
  ({ phase, sql, before }) =>
    phase === 'answered' && (before === null ? does(sql) : isCommit(sql) && before.some(does));

/** It has been run, and its transaction is still open. */
const halfway =
  (does: Does, after: Does): Matches =>
  ({ phase, sql, before }) =>
    phase === 'answered' && before !== null && does(sql) && before.some(after);

const STATEMENTS: Partial<Record<KillPoint, Matches>> = {
  'before-commit': halfway(INSERTS_MESSAGES, INSERTS_CONTENT),
  'after-commit': committed(INSERTS_CONTENT),
  'after-claim': committed(CLAIMS),
  // In the middle of the transaction; on PostgreSQL, where settling is one statement, while it runs.
  'during-settle': ({ phase, sql }) => phase === 'asked' && RECORDS_ATTEMPTS(sql),
  'after-settle': committed(RECORDS_ATTEMPTS),
  'during-purge': ({ phase, sql, before }) =>
    phase === 'answered' && before !== null && DELETES(sql),
  'during-replay': ({ phase, sql, before }) =>
    phase === 'answered' && before !== null && REPLAYS(sql),
  'between-replay-steps': committed(MOVES_JOB),
  'during-job-step': halfway(MOVES_JOB, INSERTS_MESSAGES),
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

/** Follows the statements of each connection, and in which transaction they are. */
function createWatch(matches: Matches, onReached: () => void) {
  const open = new WeakMap<object, string[]>();
  return {
    asked(connection: object, sql: string): void {
      const before = open.get(connection) ?? null;
      if (matches({ phase: 'asked', sql, before })) onReached();
    },
    answered(connection: object, sql: string): void {
      const before = open.get(connection) ?? null;
      if (matches({ phase: 'answered', sql, before })) onReached();
      if (sql.startsWith('begin')) open.set(connection, []);
      else if (isCommit(sql) || sql.startsWith('rollback')) open.delete(connection);
      else open.get(connection)?.push(sql);
    },
  };
}

type Watch = ReturnType<typeof createWatch>;

function watchStatements(strapi: Core.Strapi, matches: Matches, onReached: () => void): void {
  const watch = createWatch(matches, onReached);
  if (strapi.db.dialect.client === 'sqlite') watchSqlite(watch);
  else watchKnex(strapi, watch);
}

interface KnexClient {
  _query(connection: object, query: { sql: string }): Promise<unknown>;
}

/** On the client's prototype, because knex makes a client of its own for each transaction. */
function watchKnex(strapi: Core.Strapi, watch: Watch): void {
  const { client } = strapi.db.connection as unknown as { client: object };
  const prototype = client.constructor.prototype as KnexClient;
  const execute = prototype._query;
  prototype._query = async function (connection, query) {
    const sql = normalise(query.sql);
    const running = execute.call(this, connection, query);
    watch.asked(connection, sql);
    const answer = await running;
    watch.answered(connection, sql);
    return answer;
  };
}

interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): Statements;
  close(): void;
}

type Run = (this: Statements, ...values: unknown[]) => unknown;
interface Statements extends Record<'run' | 'all' | 'get', Run> {
  source: string;
  database: Connection;
}

/** On the driver, which the plugin also uses without knex. */
function watchSqlite(watch: Watch): void {
  const Driver = createRequire(__filename)('better-sqlite3') as new (name: string) => Connection;
  const database = new Driver(':memory:');
  const statements = Object.getPrototypeOf(database.prepare('select 1')) as Statements;
  const connections = Object.getPrototypeOf(database) as Connection;
  database.close();

  const watched = (connection: object, sql: string, run: () => unknown): unknown => {
    const text = normalise(sql);
    watch.asked(connection, text);
    const answer = run();
    watch.answered(connection, text);
    return answer;
  };
  const { exec } = connections;
  connections.exec = function (sql) {
    return watched(this, sql, () => exec.call(this, sql));
  };
  for (const name of ['run', 'all', 'get'] as const) {
    const run = statements[name];
    statements[name] = function (...values) {
      return watched(this.database, this.source, () => run.apply(this, values));
    };
  }
}

const normalise = (sql: string): string =>
  sql
    .toLowerCase()
    .replace(/["`]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/\bpublic\./g, '')
    .trim();
