/**
 * settle: record attempts and move their messages on. The only writer of the results of an attempt.
 *
 * Fenced    by the lease token: a message that was claimed again, replayed or released is not touched,
 *           and its attempt is not recorded.
 * Changes   message: state, due_at, retried, last response; finished ones leave the queue (due_at and
 *           lane null). One row per attempt. Callbacks are inserted. 410: the endpoint is disabled.
 * Returns   the messages that were still ours, and the endpoints that changed. Their health is
 *           separate (`routing/endpoint-health.ts`).
 * Canceled  during the attempt: the message stays canceled, unless the response is 2xx. Then it is
 *           delivered.
 * Atomic    a group is one transaction.
 * Dialects  PostgreSQL: one statement, so a group costs one round trip (`settle-postgres.ts`).
 *           Others: `settle-portable.ts`.
 */
import type { Settled } from '../../core/message/message';
import { isGone } from '../../core/message/outcome';
import type { StoreContext } from '../sql/context';
import { disableGone } from '../routing/endpoint-health';
import { gateOf } from '../gates/gate-place';
import { settlePortable, type States } from './settle-portable';
import { settlePostgres } from './settle-postgres';
import type { QueueStore, SettledGroup } from '../types';

/** @param onGated called when a message behind a gate has been settled. */
export function createSettle(
  ctx: StoreContext,
  insert: QueueStore['insert'],
  onGated: () => void
): QueueStore['settle'] {
  const apply = ctx.dialect.name === 'postgres' ? settlePostgres : settlePortable;

  async function settleGroup(group: readonly Settled[]): Promise<SettledGroup> {
    const gone = group.filter(isGone);
    const calledBack = group.filter(({ callbacks }) => callbacks !== undefined);
    if (gone.length === 0 && calledBack.length === 0) {
      return { ours: idsOf(await apply(ctx, group)), changes: [] };
    }
    return ctx.transaction(async (trx) => {
      const states = await apply(ctx, group);
      const lost = gone.filter(({ message }) => states.has(message.id));
      const changes = await disableGone(ctx, trx, lost);
      await insertCallbacks(calledBack, states);
      return { ours: idsOf(states), changes };
    });
  }

  /** Excludes messages that lost their lease, and messages canceled meanwhile and not delivered. */
  async function insertCallbacks(calledBack: readonly Settled[], states: States): Promise<void> {
    const wanted = calledBack.filter(({ message }) => {
      const state = states.get(message.id);
      return state !== undefined && state !== 'canceled';
    });
    for (const now of new Set(wanted.map(({ settledAt }) => settledAt))) {
      const deliveries = wanted
        .filter(({ settledAt }) => settledAt === now)
        .flatMap(({ callbacks }) => callbacks ?? [])
        .map(({ event, message }) => ({ event, messages: [message] }));
      await insert(deliveries, now);
    }
  }

  return async (settled) => {
    if (settled.length === 0) return { ours: new Set(), changes: [] };
    // In one order everywhere, so that groups that share endpoints or rows cannot deadlock.
    const group = [...settled].sort((a, b) => a.message.id - b.message.id);
    const result = await settleGroup(group);
    if (group.some(({ message }) => gateOf(message.lane) !== null)) onGated();
    return result;
  };
}

const idsOf = (states: States): Set<number> => new Set(states.keys());
