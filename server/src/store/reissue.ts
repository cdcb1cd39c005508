/**
 * reissue: a dead letter goes out again as a new message.
 *
 * Writes    a copy of the row under a new message id, pending, due when it is told, nothing tried yet;
 *           what the caller overrides is the copy's own from now on.
 * Queues    the copy has the letter's place, which is ahead of all that came later.
 * Removes   the dead letter and its attempts. The event stays: the copy refers to it.
 * Atomic    in one transaction, after locking the letter: of two that retry it, the second finds none.
 */
import type { StoreContext } from './context';
import { removeFinished } from './delete-finished';
import type { Values } from './dialect';
import { placeAgain } from './gates';
import { insertRows } from './insert-rows';
import { laneOf } from './lane';
import { integerOrNull, json, text, type Row } from './rows';
import { MESSAGE_COLUMNS, SPECIAL_MESSAGE_COLUMNS } from './tables';
import type { ReissueOverrides, WireStore } from './wire-types';

const COLUMNS = { ...MESSAGE_COLUMNS, ...SPECIAL_MESSAGE_COLUMNS };

export function createReissue(ctx: StoreContext): WireStore['reissue'] {
  return (rowId, { messageId, now, overrides }) =>
    ctx.transaction(async (trx) => {
      const { tables, dialect } = ctx;
      const query = trx(tables.message.name)
        .select(Object.keys(COLUMNS))
        .where({ id: rowId, state: 'dead' });
      const [letter] = (await dialect.lock(query, 'wait')) as Row[];
      if (letter === undefined) return false;

      const notBefore = overrides.notBefore ?? now;
      const place = await placeAgain(ctx, trx, letter, notBefore);
      const copy = {
        ...letter,
        ...overridden(ctx, letter, overrides),
        message_id: messageId,
        state: 'pending',
        due_at: place?.dueAt ?? notBefore,
        not_before: notBefore,
        lane: place?.lane ?? laneOf(integerOrNull(letter.endpoint_id), text(letter.url)),
        retried: 0,
        attempts: 0,
        enqueued_at: now,
      } as Values;
      await insertRows(ctx, trx, { table: tables.message, columns: COLUMNS }, [copy]);
      return (await removeFinished(ctx, trx, [rowId])) === 1;
    });
}

function overridden({ crypt }: StoreContext, letter: Row, overrides: ReissueOverrides): Values {
  const { retryPolicy, timeoutMs, headers, method, labels, callbacks } = overrides;
  return {
    ...(retryPolicy && { retry_policy: JSON.stringify(retryPolicy) }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(method !== undefined && { method }),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(callbacks && { callbacks: crypt.encrypt(JSON.stringify(callbacks)) }),
    ...(headers && { headers: crypt.encrypt(JSON.stringify(merged())) }),
  };

  function merged(): Record<string, string> {
    const own = text(letter.headers);
    return { ...json<Record<string, string>>(own && crypt.decrypt(own), {}), ...headers };
  }
}
