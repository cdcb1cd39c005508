/**
 * release: returns claimed messages unsent.
 *
 * Changes   ends the lease. The message keeps its due time and its place.
 * Fenced    by the lease token, like settle. Nothing is counted, because there was no attempt.
 */
import type { StoreContext } from '../sql/context';
import { gateOf } from '../gates/gate-place';
import type { QueueStore } from '../types';

export function createRelease(ctx: StoreContext, onGated: () => void): QueueStore['release'] {
  return async (messages) => {
    const idsByToken = new Map<string, number[]>();
    for (const { id, leaseToken } of messages) {
      idsByToken.set(leaseToken, [...(idsByToken.get(leaseToken) ?? []), id]);
    }
    for (const [token, ids] of idsByToken) {
      await ctx.query((knex) =>
        ctx.dialect
          .byId(knex, ctx.tables.outbox)
          .whereIn('id', ids)
          .andWhere({ lease_token: token })
          .update({ lease_token: null, leased_until: null, admitted: 0 })
      );
    }
    if (messages.some(({ lane }) => gateOf(lane) !== null)) onGated();
  };
}
