/**
 * release: returns claimed messages unsent.
 *
 * Changes   active → pending, due as before the claim, so that they keep their place.
 * Fenced    by the lease token, like settle. Nothing is counted, because there was no attempt.
 */
import type { StoreContext } from '../sql/context';
import { DUE_AT_SQL, gateOf } from '../gates/gate-place';
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
          .byId(knex, ctx.tables.message)
          .whereIn('id', ids)
          .andWhere({ lease_token: token, state: 'active' })
          .update({ state: 'pending', due_at: knex.raw(DUE_AT_SQL), lease_token: null })
      );
    }
    if (messages.some(({ lane }) => gateOf(lane) !== null)) onGated();
  };
}
