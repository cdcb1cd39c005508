/**
 * Opens a Strapi transaction and rejects when its commit fails.
 *
 * knex resolves `trx.commit()` even when the commit failed (`lib/execution/transaction.js`, `query`
 * catches the error and rejects `executionPromise`), and Strapi ignores that promise: the write would
 * appear to have succeeded.
 */
import type { Core } from '@strapi/strapi';

import { isFunction, type Internal } from './strapi-internals';

/** The members of a knex transaction that are used here. */
export interface OpenTransaction {
  executionPromise: Promise<unknown>;
  commit: (value?: unknown) => unknown;
  rollback: (error?: unknown) => unknown;
  isCompleted(): boolean;
}

/** The part of Strapi's transaction callback argument that is used here. */
export interface TransactionCallbacks {
  trx: OpenTransaction;
  /** The callback runs once the outermost transaction is committed. */
  onCommit(callback: () => void): void;
}

/** Joins an open transaction, whose opener then learns the result. */
export async function confirmedTransaction<T>(
  db: Core.Strapi['db'],
  work: (callbacks: TransactionCallbacks) => Promise<T>
): Promise<T> {
  // Strapi types what it passes as `any`.
  const transaction = db.transaction.bind(db) as unknown as <R>(
    work: (callbacks: TransactionCallbacks) => Promise<R>
  ) => Promise<R>;
  if (db.inTransaction()) return transaction(work);
  const { trx, result } = await transaction(async (callbacks) => ({
    trx: callbacks.trx,
    result: await work(callbacks),
  }));
  await trx.executionPromise;
  return result;
}

export const COMMIT_INTERNALS: readonly Internal[] = [
  {
    name: 'executionPromise of a transaction of knex',
    affects: 'commits',
    isThere: async ({ db }) =>
      confirmedTransaction(db, async ({ trx }) => isFunction(trx.executionPromise.then)),
  },
  {
    name: 'commit() and rollback() of a transaction of knex',
    affects: 'commits',
    isThere: ({ db }) => callsCommit(db),
  },
  {
    name: 'onCommit of strapi.db.transaction',
    affects: 'commits',
    async isThere({ db }) {
      let isCalled = false;
      await confirmedTransaction(db, async ({ onCommit }) => {
        onCommit(() => {
          isCalled = true;
        });
      });
      return isCalled;
    },
  },
];

/** Strapi commits by a call of `commit`, which the plugin replaces to make the commit wait. */
async function callsCommit(db: Core.Strapi['db']): Promise<boolean> {
  let isCalled = false;
  const trx = await confirmedTransaction(db, async (callbacks) => {
    const { commit } = callbacks.trx;
    callbacks.trx.commit = (value) => {
      isCalled = true;
      return commit.call(callbacks.trx, value);
    };
    return callbacks.trx;
  });
  return isCalled && isFunction(trx.rollback) && trx.isCompleted();
}
