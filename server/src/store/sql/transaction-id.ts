/** Names the transaction that the caller has open. */
import { randomBytes } from 'node:crypto';

import type { FullStore } from '../types';
import type { StoreContext } from './context';

const ID_BYTES = 12;

export function createTransactionId(ctx: StoreContext): FullStore['transactionId'] {
  const ids = new WeakMap<object, string>();
  const newId = (): string => randomBytes(ID_BYTES).toString('hex');

  return async () => {
    if (!ctx.db.inTransaction()) return newId();
    return ctx.transaction((trx) => {
      const id = ids.get(trx) ?? newId();
      ids.set(trx, id);
      return Promise.resolve(id);
    });
  };
}
