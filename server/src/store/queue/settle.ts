/**
 * settle: record attempts and move their messages on. The only writer of the results of an attempt.
 *
 * Fenced    by the lease token: a message that was claimed again, replayed or released is not touched,
 *           and its attempt is not recorded.
 * Changes   message: state, retried, last response. Finished ones leave the outbox, dead ones are listed
 *           among the undelivered. One row per attempt. Callbacks are inserted. 410: the endpoint is
 *           disabled. Delivered ones of endpoints with a ledger are noted in it.
 * Returns   the messages that were still ours, and the endpoints that changed. Their health is
 *           separate (`routing/endpoint-health.ts`).
 * Canceled  during the attempt: the message stays canceled, unless the response is 2xx. Then it is
 *           delivered (`settle-canceled.ts`).
 * Atomic    a group is one transaction. Without callbacks, messages canceled during their attempt follow in
 *           a second one.
 * Dialects  PostgreSQL: one statement, so a group costs one round trip. SQLite: one transaction on the
 *           driver. MySQL: a few statements.
 */
import type { Settled } from '../../core/message/message';
import { isGone, isNoted } from '../../core/message/outcome';
import { acknowledged, acknowledgmentsOf } from '../../core/ledger/ledger';
import { writeLedger } from '../ledger/ledger';
import type { StoreContext } from '../sql/context';
import { disableGone } from '../routing/endpoint-health';
import { gateOf } from '../gates/gate-place';
import { settleCanceled } from './settle-canceled';
import { settleMysql } from './settle-mysql';
import { settlePostgres } from './settle-postgres';
import { settleSqlite } from './settle-sqlite';
import type { QueueStore, SettledGroup } from '../types';

const SETTLE = { postgres: settlePostgres, sqlite: settleSqlite, mysql: settleMysql } as const;

/** @param onGated called when a message behind a gate has been settled. */
export function createSettle(
  ctx: StoreContext,
  insert: QueueStore['insert'],
  onGated: () => void
): QueueStore['settle'] {
  /** MySQL writes it in a statement of its own. */
  const writesLedger = ctx.dialect.name !== 'mysql';

  /** @returns row ids of the messages that were ours: still leased, and canceled during the attempt. */
  async function apply(group: readonly Settled[]) {
    const leased = await SETTLE[ctx.dialect.name](ctx, group);
    const others = group.filter(({ message }) => !leased.has(message.id));
    const canceled = await canceledOf(others);
    return { leased, ours: new Set([...leased, ...canceled]) };
  }

  function canceledOf(others: readonly Settled[]): Promise<Set<number>> | Set<number> {
    if (others.length === 0) return new Set<number>();
    if (!writesLedger || !others.some(isNoted)) return settleCanceled(ctx, others);
    return ctx.transaction(async () => {
      const canceled = await settleCanceled(ctx, others);
      await note(others.filter(({ message }) => canceled.has(message.id)));
      return canceled;
    });
  }

  /** Notes what the receivers of these messages have now. */
  const note = (settled: readonly Settled[]): Promise<void> =>
    writeLedger(ctx, acknowledged(acknowledgmentsOf(settled)));

  async function settleGroup(group: readonly Settled[]): Promise<SettledGroup> {
    const gone = group.filter(isGone);
    const calledBack = group.filter(({ callbacks }) => callbacks !== undefined);
    const hasNotes = !writesLedger && group.some(isNoted);
    if (gone.length + calledBack.length === 0 && !hasNotes) {
      const { ours } = await apply(group);
      return { ours, changes: [] };
    }
    return ctx.transaction(async (trx) => {
      const { leased, ours } = await apply(group);
      const lost = gone.filter(({ message }) => ours.has(message.id));
      const changes = await disableGone(ctx, trx, lost);
      await insertCallbacks(
        calledBack.filter(({ message, settlement }) =>
          // A message that stays canceled calls nobody back.
          (settlement.to === 'delivered' ? ours : leased).has(message.id)
        )
      );
      if (hasNotes) await note(group.filter(({ message }) => ours.has(message.id)));
      return { ours, changes };
    });
  }

  async function insertCallbacks(wanted: readonly Settled[]): Promise<void> {
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
