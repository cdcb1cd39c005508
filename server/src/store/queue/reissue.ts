/**
 * reissue: sends dead letters as new messages.
 *
 * Writes    a copy of each row under a new message id, pending, due as told, without attempts; the
 *           caller's overrides become the copy's own settings.
 * Gates     in a queue the copy takes the dead letter's place, ahead of all that came later; it waits
 *           for the same flow-control key, or for the given one.
 * Skips     dead letters that a newer message follows, for an endpoint in mode `latest` (`newer.ts`).
 * Removes   the dead letters and their attempts. Events stay, because the copies refer to them.
 * Atomic    all of a call in one transaction, after locking the dead letters: a concurrent retry finds none.
 */
import type { Knex } from 'knex';

import type { Crypt, StoreContext } from '../sql/context';
import { removeFinished } from '../log/delete-finished';
import { bringFlowKeys, waitingAgain } from '../gates/gates';
import { insertRows } from './insert-rows';
import { withoutNewer } from './newer';
import { putInOutbox, type Waiting } from './outbox';
import { gateOf } from '../gates/gate-place';
import { integer, readHeaders, signaturesText, type Row } from '../sql/rows';
import { MESSAGE_COLUMNS, SPECIAL_MESSAGE_COLUMNS, type Values } from '../sql/tables';
import { flowValues } from '../sql/values';
import type { ReissueOverrides, QstashStore } from '../log/qstash-types';

const COLUMNS = { ...MESSAGE_COLUMNS, ...SPECIAL_MESSAGE_COLUMNS };

/** @param onGated called when a copy behind a gate has been committed. */
export function createReissue(ctx: StoreContext, onGated: () => void): QstashStore['reissue'] {
  return (letters, { now, overrides }) =>
    ctx.transaction(async (trx) => {
      const { tables, dialect } = ctx;
      const messageIds = new Map(letters.map(({ rowId, messageId }) => [rowId, messageId]));
      const query = dialect
        .byId(trx, tables.message)
        .select('id', ...Object.keys(COLUMNS))
        .whereIn('id', [...messageIds.keys()])
        .andWhere({ state: 'dead' })
        .orderBy('id');
      const locked = (await dialect.lock(query, 'wait')) as Row[];
      const found = await withoutNewer(ctx, trx, locked);
      if (found.length === 0) return new Set();

      const limits = await limited(ctx, trx, overrides.flowControl);
      const notBefore = overrides.notBefore ?? now;
      const copies: Values[] = [];
      const waiting = new Map<string, Omit<Waiting, 'id'>>();
      for (const { id, ...own } of found) {
        const letter: Row = { ...own, ...limits };
        const messageId = messageIds.get(integer(id)) ?? '';
        const again = { ...letter, attempts: 0 };
        waiting.set(messageId, await waitingAgain(ctx, trx, again, notBefore));
        copies.push({
          ...letter,
          ...overridden(ctx, letter, overrides),
          message_id: messageId,
          state: 'pending',
          not_before: notBefore,
          retried: 0,
          attempts: 0,
          enqueued_at: now,
        });
      }
      const target = { table: tables.message, columns: COLUMNS, key: 'message_id' };
      const ids = await insertRows(ctx, trx, target, copies);
      await putInOutbox(
        ctx,
        trx,
        [...waiting].map(([messageId, its]) => ({ ...its, id: ids.get(messageId) ?? 0 }))
      );
      if ([...waiting.values()].some(({ lane }) => gateOf(lane) !== null)) {
        await ctx.afterCommit(onGated);
      }
      const rowIds = found.map((row) => integer(row.id));
      await removeFinished(ctx, trx, rowIds, 'skip');
      return new Set(rowIds);
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
    ...(headers && withHeaders(crypt, letter, headers)),
  };
}

/** Headers that cannot be read stay as they are: the next attempt says why. */
function withHeaders(crypt: Crypt, letter: Row, headers: Record<string, string>): Values {
  const own = readHeaders(letter.headers, crypt);
  if (own.problem !== null) return {};
  return { headers: crypt.encrypt(JSON.stringify({ ...own.headers, ...headers })) };
}
