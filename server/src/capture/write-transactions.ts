/**
 * Runs capture inside the transaction that the Document Service opens for a write.
 *
 * A transaction of the plugin around the write would be wider than Strapi's. Hooks, timers and
 * listeners of the app would start inside it and inherit it, and their queries would fail once it
 * is finished. So capture opens none: `strapi.db.transaction` is wrapped, and the call made by a
 * document write runs the capture of that write too.
 *
 * Other code sees one difference: when the transaction ends. Code that the write left running (a
 * timer, a promise that nobody awaits) and that opens a transaction while the events are being
 * written waits until the commit, and then gets its own transaction.
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

/** Capture of one write. Both steps run in the write's transaction. */
export interface WriteCapture {
  before(): Promise<void>;
  /** @param result what the Document Service returns, before any middleware sees it. */
  after(result: unknown, transaction: TransactionCallbacks): Promise<void>;
  /**
   * Runs after the commit and before Strapi's commit callbacks. Not called for a write in a
   * transaction that is already open, which may write more.
   */
  committed(): void;
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

/** The captured write in which the running code started. */
interface Scope {
  /** Set while its events are written: resolves when its transaction is finished. */
  ending: Promise<unknown> | null;
}

/** Scope of code that must not wait for the end of its own transaction. */
const NOT_WAITING: Scope = { ending: null };

export function installWriteTransactions({ db }: Core.Strapi): WriteTransactions {
  const begin = db.transaction.bind(db) as (work?: Work) => Promise<unknown>;
  const scopes = new AsyncLocalStorage<Scope>();
  let handedOver: WriteCapture | null = null;

  function open(write: WriteCapture | null, work?: Work): Promise<unknown> {
    if (write === null || work === undefined) return begin(work);
    return db.inTransaction() ? joined(write, work) : alone(write, work);
  }

  /** Runs a write in its own transaction. */
  async function alone(write: WriteCapture, work: Work): Promise<unknown> {
    const scope: Scope = { ending: null };
    const end = (): void => {
      scope.ending = null;
    };
    const written: Promise<unknown> = scopes.run(scope, () =>
      confirmedTransaction(db, async (callbacks) => {
        callbacks.onCommit(() => write.committed());
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
   * Runs a write in a transaction that is already open. Its commit waits for this write even when
   * nobody awaits it, and fails when the events cannot be written.
   */
  function joined(write: WriteCapture, work: Work): Promise<unknown> {
    return scopes.run(NOT_WAITING, () =>
      begin((callbacks) => {
        const written = write.before().then(() => work(callbacks));
        const captured = written.then((result) => write.after(result, callbacks));
        // A failed write has no events. Its error belongs to the caller alone.
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
