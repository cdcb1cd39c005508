/**
 * A transaction of Strapi's whose failed commit is an error.
 *
 * knex resolves `trx.commit()` whatever became of it (`lib/execution/transaction.js`, `query` catches
 * the error and rejects another promise), and Strapi looks no further: when the connection breaks as
 * the commit is sent, or the database refuses it, a caller is told that all is well, and nothing was
 * written. That other promise is `executionPromise`.
 */
import type { Core } from '@strapi/strapi';

type Callbacks = Parameters<Parameters<Core.Strapi['db']['transaction']>[0]>[0];

/** Of a knex transaction, what is needed here. */
interface Executed {
  executionPromise: Promise<unknown>;
}

/** Joins the transaction that is open: then its owner learns the result. */
export async function confirmedTransaction<T>(
  db: Core.Strapi['db'],
  work: (callbacks: Callbacks) => Promise<T>
): Promise<T> {
  if (db.inTransaction()) return db.transaction(work);
  let opened: Executed | undefined;
  const result = await db.transaction((callbacks) => {
    opened = (callbacks as { trx: Executed }).trx;
    return work(callbacks);
  });
  await opened?.executionPromise;
  return result;
}
