/**
 * reissue: sends a dead letter as a new message.
 *
 * Writes    a copy of the row under a new message id, pending, due as told, without attempts; the
 *           caller's overrides become the copy's own settings.
 * Gates     in a queue the copy takes the dead letter's place, ahead of all that came later; it waits
 *           for the same flow-control key, or for the given one.
 * Removes   the dead letter and its attempts. The event stays, because the copy refers to it.
 * Atomic    in one transaction, after locking the dead letter: a concurrent retry finds none.
 */
import type { Knex } from 'knex';

import type { StoreContext } from '../sql/context';
import { removeFinished } from '../log/delete-finished';
import type { Values } from '../sql/dialect';
import { bringFlowKeys, placeAgain } from '../gates/gates';
import { insertRows } from './insert-rows';
import { laneOf } from './lane';
import { integerOrNull, json, signaturesText, text, type Row } from '../sql/rows';
import { MESSAGE_COLUMNS, SPECIAL_MESSAGE_COLUMNS } from '../sql/tables';
import { flowValues } from '../sql/values';
import type { ReissueOverrides, QstashStore } from '../log/qstash-types';

const COLUMNS = { ...MESSAGE_COLUMNS, ...SPECIAL_MESSAGE_COLUMNS };

/** @param onGated called when a copy behind a gate has been committed. */
export function createReissue(ctx: StoreContext, onGated: () => void): QstashStore['reissue'] {
  return (rowId, { messageId, now, overrides }) =>
    ctx.transaction(async (trx) => {
      const { tables, dialect } = ctx;
      const query = trx(tables.message.name)
        .select(Object.keys(COLUMNS))
        .where({ id: rowId, state: 'dead' });
      const [found] = (await dialect.lock(query, 'wait')) as Row[];
      if (found === undefined) return false;

      const letter = { ...found, ...(await limited(ctx, trx, overrides.flowControl)) };
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
      if (place !== null) await ctx.afterCommit(onGated);
      return (await removeFinished(ctx, trx, [rowId], 'skip')) === 1;
    });
}

/** Columns of another flow-control key, which is created if missing. */
async function limited(
  ctx: StoreContext,
  trx: Knex.Transaction,
  flowControl: ReissueOverrides['flowControl']
): Promise<Values> {
  if (flowControl === undefined) return {};
  const keys = await bringFlowKeys(ctx, trx, [flowControl]);
  return flowValues(flowControl, keys.get(flowControl.key) ?? null);
}

function overridden({ crypt }: StoreContext, letter: Row, overrides: ReissueOverrides): Values {
  const { retryPolicy, timeoutMs, headers, method, labels, callbacks } = overrides;
  const { redact, signatures } = overrides;
  return {
    ...(retryPolicy && { retry_policy: JSON.stringify(retryPolicy) }),
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(method !== undefined && { method }),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(redact && { redact: JSON.stringify(redact) }),
    ...(signatures && { signatures: signaturesText(signatures) }),
    ...(callbacks && { callbacks: crypt.encrypt(JSON.stringify(callbacks)) }),
    ...(headers && { headers: crypt.encrypt(JSON.stringify(merged())) }),
  };

  function merged(): Record<string, string> {
    const own = text(letter.headers);
    return { ...json<Record<string, string>>(own && crypt.decrypt(own), {}), ...headers };
  }
}
