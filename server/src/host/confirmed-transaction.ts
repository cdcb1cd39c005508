/**
 * Opens a Strapi transaction and rejects when its commit fails.
 *
 * knex resolves `trx.commit()` even when the commit failed (`lib/execution/transaction.js`, `query`
 * catches the error and rejects `executionPromise`), and Strapi does not look at that promise: the
 * caller is told that the write succeeded, although nothing was written.
 */
import type { Core } from '@strapi/strapi';

/** The members of a knex transaction that are used here. */
export interface OpenTransaction {
  executionPromise: Promise<unknown>;
  commit: (value?: unknown) => unknown;
  rollback: (error?: unknown) => unknown;
  isCompleted(): boolean;
}

/** What Strapi passes to the callback of a transaction, as far as it is used here. */
export interface TransactionCallbacks {
  trx: OpenTransaction;
  /** The callback runs once the outermost transaction is committed. */
  onCommit(callback: () => void): void;
}

/** Joins the transaction that is open: the code that opened it learns the result. */
export async function confirmedTransaction<T>(
  db: Core.Strapi['db'],
  work: (callbacks: TransactionCallbacks) => Promise<T>
): Promise<T> {
  // Strapi types what it passes as `any`.
  const transaction = db.transaction.bind(db) as unknown as (
    work: (callbacks: TransactionCallbacks) => Promise<T>
  ) => Promise<T>;
  if (db.inTransaction()) return transaction(work);
  let opened: OpenTransaction | undefined;
  const result = await transaction((callbacks) => {
    opened = callbacks.trx;
    return work(callbacks);
  });
  await opened?.executionPromise;
  return result;
}
