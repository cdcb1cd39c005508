/**
 * Runs capture inside the transaction that the Document Service opens for a write.
 *
 * A transaction of our own around the write would be wider than Strapi's. Hooks, timers and listeners
 * of the host would start inside it and inherit it, and their queries would fail once it is finished.
 * So capture opens none: `strapi.db.transaction` is wrapped, and the call that a document write makes
 * runs the capture of that write too.
 *
 * The one thing that changes for other code is when the transaction ends. Code that the write left
 * running (a timer, a promise that nobody awaits) and that opens a transaction while the events are
 * being written waits until the commit, and then gets a transaction of its own, as it would without us.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { Core } from '@strapi/strapi';

import { confirmedTransaction, type TransactionCallbacks } from '../host/confirmed-transaction';
import { isFunction, type Internal } from '../host/strapi-internals';
import { commitBarrier } from './commit-barrier';

export const WRITE_INTERNALS: readonly Internal[] = [
  {
    name: 'strapi.db.transaction',
    affects: 'content-events',
    isThere: ({ db }) => isFunction(db.transaction),
  },
  {
    name: 'strapi.db.inTransaction',
    affects: 'content-events',
    isThere: ({ db }) => isFunction(db.inTransaction),
  },
];

/** The capture of one write. Both steps run in the write's transaction. */
export interface WriteCapture {
  before(): Promise<void>;
  /** @param result what the Document Service returns, before any middleware sees it. */
  after(result: unknown, transaction: TransactionCallbacks): Promise<void>;
}

export interface WriteTransactions {
  /**
   * Captures the write that `next` starts.
   *
   * @param next must open the write's transaction before it returns its promise. A write that does not is
   *   not captured, which the tripwire notices.
   */
  capture(write: WriteCapture, next: () => Promise<unknown>): Promise<unknown>;
}

type Transaction = Core.Strapi['db']['transaction'];
type Work = (callbacks: TransactionCallbacks) => Promise<unknown>;

/** The captured write that the running code started in. */
interface Scope {
  /** Set while its events are written: resolves when its transaction is finished. */
  ending: Promise<unknown> | null;
}

/** The scope of code that must not wait for the end of the transaction it is part of. */
const NOT_WAITING: Scope = { ending: null };

export function installWriteTransactions({ db }: Core.Strapi): WriteTransactions {
  const begin = db.transaction.bind(db) as (work?: Work) => Promise<unknown>;
  const scopes = new AsyncLocalStorage<Scope>();
  let handedOver: WriteCapture | null = null;

  function open(write: WriteCapture | null, work?: Work): Promise<unknown> {
    if (write === null || work === undefined) return begin(work);
    return db.inTransaction() ? joined(write, work) : alone(write, work);
  }

  /** In the write's own transaction. */
  async function alone(write: WriteCapture, work: Work): Promise<unknown> {
    const scope: Scope = { ending: null };
    const end = (): void => {
      scope.ending = null;
    };
    const written: Promise<unknown> = scopes.run(scope, () =>
      confirmedTransaction(db, async (callbacks) => {
        await write.before();
        const result = await work(callbacks);
        scope.ending = written.then(end, end);
        await scopes.run(NOT_WAITING, () => write.after(result, callbacks));
        return result;
      })
    );
    return written;
  }

  /**
   * In a transaction that is open already. Its commit waits for this write even when nobody awaits it,
   * and fails when the events could not be written: content and events commit together or not at all.
   */
  function joined(write: WriteCapture, work: Work): Promise<unknown> {
    return scopes.run(NOT_WAITING, () =>
      begin((callbacks) => {
        const written = write.before().then(() => work(callbacks));
        const captured = written.then((result) => write.after(result, callbacks));
        // A write that failed has no events. Its error is the caller's alone, as it is without us.
        const recorded = written.then(
          () => captured,
          () => undefined
        );
        commitBarrier(callbacks.trx).add(recorded);
        return captured.then(() => written);
      })
    );
  }

  db.transaction = ((work?: Work) => {
    const write = handedOver;
    handedOver = null;
    const ending = scopes.getStore()?.ending ?? null;
    return ending === null ? open(write, work) : ending.then(() => open(write, work));
  }) as Transaction;

  return {
    capture(write, next) {
      handedOver = write;
      const result = next();
      handedOver = null;
      return result;
    },
  };
}
