/**
 * What the database says, read by the judge with a connection of its own: which changes are
 * committed, which attempts are recorded, and whether anything is left that should not be.
 */
import knex, { type Knex } from 'knex';

import type { TestDatabase } from '../support/databases';
import { CONTENT_TABLE } from './kill-points';

const ACCEPTED = 200;
/** As the workload names its endpoint. */
export const RECEIVER = 'receiver';

export interface Recorded {
  /** Attempts answered with success: the receiver's answer was read, and written down. */
  delivered: number;
  /** Attempts whose answer was not heard: it came too late, or not at all. */
  unheard: number;
}

export interface Evidence {
  /** Titles of the content that is there: a change is committed if and only if it is among them. */
  committed: ReadonlySet<string>;
  /** What is recorded of each message's attempts, by message id. */
  recorded: ReadonlyMap<string, Recorded>;
  /** Rows that refer to nothing: an interrupted purge or insert would leave them. */
  orphans: number;
  /** Messages that will not move by themselves: dead, or stuck on their way. */
  notDelivered: number;
}

export async function readEvidence(database: TestDatabase, plugin: boolean): Promise<Evidence> {
  const db = connect(database);
  try {
    const committed = new Set<string>(await db(CONTENT_TABLE).pluck('name'));
    if (!plugin) {
      return { committed, recorded: new Map(), orphans: 0, notDelivered: 0 };
    }
    return {
      committed,
      recorded: await countAttempts(db),
      orphans: await countOrphans(db),
      notDelivered: await count(notDelivered(db)),
    };
  } finally {
    await db.destroy();
  }
}

function connect({ kind, env }: TestDatabase): Knex {
  switch (kind) {
    case 'sqlite':
      return knex({
        client: 'better-sqlite3',
        connection: { filename: env.DATABASE_FILENAME ?? '' },
        useNullAsDefault: true,
      });
    case 'postgres':
      return knex({ client: 'pg', connection: env.DATABASE_URL });
    case 'mysql':
      return knex({ client: 'mysql2', connection: env.DATABASE_URL });
  }
}

/** What goes to a hostile endpoint may end as a dead letter, but it must end. */
const notDelivered = (db: Knex): Knex.QueryBuilder =>
  db('gw_messages').where((wrong) => {
    void wrong.whereIn('state', ['pending', 'active']).orWhere((ours) => {
      void ours.where('endpoint_name', RECEIVER).whereNot('state', 'delivered');
    });
  });

async function countAttempts(db: Knex): Promise<Map<string, Recorded>> {
  const rows: { messageId: string; outcome: string; status: number | null }[] = await db(
    'gw_attempts'
  )
    .join('gw_messages', 'gw_messages.id', 'gw_attempts.message_row_id')
    .select({
      messageId: 'gw_messages.message_id',
      outcome: 'gw_attempts.outcome',
      status: 'gw_attempts.status',
    });
  const recorded = new Map<string, Recorded>();
  for (const { messageId, outcome, status } of rows) {
    const counts = recorded.get(messageId) ?? { delivered: 0, unheard: 0 };
    if (status === ACCEPTED) counts.delivered += 1;
    if (outcome !== 'responded') counts.unheard += 1;
    recorded.set(messageId, counts);
  }
  return recorded;
}

async function countOrphans(db: Knex): Promise<number> {
  const unreferenced = (table: string, column: string, parent: string) =>
    count(db(table).whereNotIn(column, db(parent).select('id')));
  const unlisted = db('gw_messages')
    .where({ state: 'pending' })
    .whereNotIn('id', db('gw_outbox').select('id'));
  return (
    (await count(unlisted)) +
    (await unreferenced('gw_outbox', 'id', 'gw_messages')) +
    (await unreferenced('gw_undelivered', 'id', 'gw_messages')) +
    (await unreferenced('gw_attempts', 'message_row_id', 'gw_messages')) +
    (await unreferenced('gw_messages', 'event_id', 'gw_events')) +
    (await count(db('gw_events').whereNotIn('id', db('gw_messages').select('event_id'))))
  );
}

async function count(rows: Knex.QueryBuilder): Promise<number> {
  const [row]: { n: string | number }[] = await rows.count({ n: '*' });
  return Number(row?.n ?? 0);
}
