/**
 * Makes an open transaction wait for work in it that nobody awaits.
 *
 * Strapi emits some events without awaiting them: content releases emit `releases.publish` just
 * before their transaction commits. An insert begun there would race the commit. So the commit
 * waits, and fails if the work failed, as it does for content whose event could not be written.
 */
import type { OpenTransaction } from '../host/confirmed-transaction';

export interface Barrier {
  /** The transaction commits after this work, and fails if it rejects. */
  add(work: Promise<unknown>): void;
  /** The transaction is rolling back, and the added work with it. */
  isRolledBack(): boolean;
}

const barriers = new WeakMap<OpenTransaction, Barrier>();

export function commitBarrier(transaction: OpenTransaction): Barrier {
  let barrier = barriers.get(transaction);
  if (barrier === undefined) {
    barrier = raise(transaction);
    barriers.set(transaction, barrier);
  }
  return barrier;
}

function raise(transaction: OpenTransaction): Barrier {
  const pending = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let rolledBack = false;

  const { commit, rollback } = transaction;
  transaction.commit = async (value) => {
    // More work may be added meanwhile.
    while (pending.size > 0) await Promise.all(pending);
    if (failure !== undefined) throw failure.error;
    return commit.call(transaction, value);
  };
  transaction.rollback = (error) => {
    rolledBack = true;
    return rollback.call(transaction, error);
  };

  return {
    add(work) {
      const done: Promise<void> = work
        .then(
          () => undefined,
          (error: unknown) => {
            failure ??= { error };
          }
        )
        .finally(() => pending.delete(done));
      pending.add(done);
    },
    isRolledBack: () => rolledBack,
  };
}
