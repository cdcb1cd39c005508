/**
 * claimDeduplicationKey: the first to claim a key owns it until it expires.
 *
 * Atomic    by a unique key: of two processes that claim it at once, the second waits for the first
 *           to commit or roll back, and then sees the result.
 * Expired   keys are taken over by the statement that would have inserted them.
 */
import { createHash } from 'node:crypto';

import type { Knex } from 'knex';

import type { StoreContext } from '../sql/context';
import { text, type Row } from '../sql/rows';
import type { DeduplicationClaim, QueueStore } from '../types';

export function createDeduplication(ctx: StoreContext): QueueStore['claimDeduplicationKey'] {
  return (claim) =>
    ctx.transaction(async (trx) => {
      const digest = createHash('sha256').update(claim.key).digest('hex');
      await upsert(ctx, trx, digest, claim);
      const query = trx(ctx.tables.deduplication.name).select('message_id').where({ digest });
      // Locks, because MySQL would otherwise show the row as of the start of the transaction.
      const [row] = (await ctx.dialect.lock(query, 'wait')) as Row[];
      const holder = text(row?.message_id);
      return holder === claim.messageId ? null : holder;
    });
}

function upsert(
  { dialect, tables }: StoreContext,
  trx: Knex.Transaction,
  digest: string,
  { messageId, now, expiresAt }: DeduplicationClaim
): Knex.QueryBuilder {
  const table = tables.deduplication;
  const insert = trx(table.name)
    .insert({ digest, message_id: messageId, expires_at: expiresAt })
    .onConflict('digest');
  if (dialect.name === 'mysql') {
    // MySQL has no WHERE here. Assignments run in order, so `expires_at` is still the old value in
    // both.
    return insert.merge({
      message_id: trx.raw('if(expires_at <= ?, ?, message_id)', [now, messageId]),
      expires_at: trx.raw('if(expires_at <= ?, ?, expires_at)', [now, expiresAt]),
    });
  }
  return insert
    .merge(['message_id', 'expires_at'])
    .where(trx.raw('?? <= ?', [`${table.name}.expires_at`, now]));
}
