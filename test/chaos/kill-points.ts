/**
 * Finds, from outside, the instants at which the victim is to die: the product has no hooks for it.
 *
 * Statements are seen where knex hands them to the driver: as they leave, and when the database has
 * answered but the caller has not heard of it. HTTP exchanges, by the diagnostics channels of undici.
 */
import { subscribe } from 'node:diagnostics_channel';

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
const MOVES_MESSAGES: Does = (sql) => /\bupdate\b.*\bgw_messages\b.*\bset\b/.test(sql);
const MOVES_JOB: Does = (sql) => sql.includes('update gw_jobs') && sql.includes('done =');
/** Settling and leasing count what was tried; a replay begins to count again. */
const REPLAYS: Does = (sql) => MOVES_MESSAGES(sql) && /retried = 0\b/.test(sql);
/** Only a claim writes a lease; whatever else moves a message takes it away. */
const CLAIMS: Does = (sql) => MOVES_MESSAGES(sql) && /lease_token = [?$]/.test(sql);
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
    const sql = normalise(query.sql);
    const before = open.get(connection) ?? null;
    const running = execute.call(this, connection, query);
    if (matches({ phase: 'asked', sql, before })) onReached();
    const answer = await running;
    if (matches({ phase: 'answered', sql, before })) onReached();
    if (sql.startsWith('begin')) open.set(connection, []);
    else if (isCommit(sql) || sql.startsWith('rollback')) open.delete(connection);
    else open.get(connection)?.push(sql);
    return answer;
  };
}

const normalise = (sql: string): string =>
  sql
    .toLowerCase()
    .replace(/["`]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/\bpublic\./g, '')
    .trim();
