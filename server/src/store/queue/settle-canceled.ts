/**
 * Settles attempts of messages that were canceled during the attempt.
 *
 * Fenced    by the lease token that the cancellation kept.
 * Changes   a delivered message is delivered after all; any other stays canceled. The attempt is recorded.
 */
import type { Settled } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { insertRows } from './insert-rows';
import { integer, textOrNull, type Row } from '../sql/rows';
import { ATTEMPT_COLUMNS } from '../sql/tables';
import { attemptValues } from '../sql/values';

/** @returns row ids of those that were ours. */
export function settleCanceled(ctx: StoreContext, group: readonly Settled[]): Promise<Set<number>> {
  return ctx.transaction(async (trx) => {
    const { dialect, tables } = ctx;
    const among = (ids: readonly number[]) =>
      dialect
        .byId(trx, tables.undelivered)
        .select('id', 'lease_token')
        .whereIn('id', [...ids])
        .whereNotNull('lease_token')
        .orderBy('id');
    const canceled = (await among(group.map(({ message }) => message.id))) as Row[];
    if (canceled.length === 0) return new Set();
    const ids = canceled.map((row) => integer(row.id));
    const locked = (await dialect.lock(among(ids), 'wait')) as Row[];
    const tokens = new Map(locked.map((row) => [integer(row.id), textOrNull(row.lease_token)]));
    const ours = new Set<number>();
    for (const { message, attempt, settlement, settledAt } of group) {
      if (tokens.get(message.id) !== message.leaseToken) continue;
      const isDelivered = settlement.to === 'delivered';
      if (isDelivered) await dialect.deleteById(trx, tables.undelivered, [message.id]);
      else
        await trx(tables.undelivered.name).where({ id: message.id }).update({ lease_token: null });
      const values = attemptValues(message.id, attempt);
      await dialect
        .byId(trx, tables.message)
        .where({ id: message.id })
        .update({
          ...(isDelivered && { state: 'delivered', finished_at: settledAt }),
          attempts: trx.raw('attempts + 1'),
          last_outcome: values.outcome,
          last_status: values.status,
          last_error: values.error,
          last_attempt_at: values.started_at,
          last_duration_ms: values.duration_ms,
        });
      await insertRows(ctx, trx, { table: tables.attempt, columns: ATTEMPT_COLUMNS }, [values]);
      ours.add(message.id);
    }
    return ours;
  });
}
