/** Lists, deletes and retries dead letters. A retry is a new message. */
import type { Core } from '@strapi/strapi';

import { validateRetryPolicy } from '../../core/retry/backoff';
import { validateHeaders } from '../../core/safety/headers';
import type { CallbackSpecs } from '../../core/message/message';
import { jwtKind } from '../../core/signing/signature-jwt';
import { deadLetterJson } from '../format/dead-letter-json';
import { dlqRequest, type BulkRequest } from '../format/filters';
import type { HeaderMap } from '../format/header-names';
import {
  formatRowCursor,
  formatWalkCursor,
  parseRowCursor,
  parseWalkCursor,
} from '../format/log-cursor';
import { refuseInRetry } from '../format/misplaced-options';
import { merge, publishOptions } from '../format/publish-options';
import { takeOptions } from '../format/request-target';
import { QstashError } from '../format/error';
import { withoutUndefined } from '../format/without-undefined';
import type { ReissueOverrides, QstashRow } from '../../store/log/qstash-types';
import { callbackSpecs } from '../../api/callback-options';
import { parseInput } from '../../api/input';
import { messageCallbacks } from '../../api/schemas';
import { runtimeOf } from '../../runtime/runtime';
import { callbacksWithin, timeoutWithin } from './publish';
import { lastAttemptOf, queryOf, qstashMessages, withinBudget } from './view';

/** Options of a retry override the message's own. */
export interface RetryCall {
  headers: HeaderMap;
  /** Undecoded. */
  query: string;
}

interface Selection {
  ids: number[];
  /** Absent on the last page. */
  cursor?: string;
}

const DEAD = ['dead'] as const;

export const createQstashDlqService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = () => runtimeOf(strapi);
  const store = () => runtime().store;

  async function views(rows: readonly QstashRow[]) {
    const messages = await qstashMessages(runtime(), rows);
    const attempts = await store().lastAttempts(rows.map(({ id }) => id));
    const digest = runtime().redactor.digest;
    return rows.flatMap(({ id, dlqId }) => {
      const message = messages.get(id);
      if (message === undefined || dlqId === null) return [];
      return deadLetterJson(
        { message, dlqId, last: lastAttemptOf(runtime(), attempts.get(id)) },
        digest
      );
    });
  }

  async function find(dlqId: string): Promise<QstashRow> {
    const [row] = await store().findDeadLetters([dlqId]);
    if (row === undefined) throw notFound(dlqId);
    return row;
  }

  /**
   * Selects the given ids, or the next page of matches, oldest first. Messages that fail after the first
   * page are not included, so a retried message is not retried again.
   */
  async function select(request: BulkRequest, missing: 'skip' | 'refuse'): Promise<Selection> {
    const { ids: dlqIds, filter, count = 1, cursor } = request;
    if (dlqIds !== undefined) {
      const found = await store().findDeadLetters(dlqIds);
      const known = new Set(found.map((row) => row.dlqId));
      const gone = dlqIds.find((dlqId) => !known.has(dlqId));
      if (gone !== undefined && missing === 'refuse') throw notFound(gone);
      return { ids: found.map(({ id }) => id) };
    }
    const { after, upTo } =
      cursor === undefined
        ? { after: 0, upTo: await store().maxMessageId() }
        : parseWalkCursor(cursor);
    const range = { after, upTo, limit: count + 1 };
    const { rows, next } = await store().walkQstashRows({ ...queryOf(filter), state: DEAD }, range);
    const ids = rows.slice(0, count).map(({ id }) => id);
    const last = rows.length > count ? ids.at(-1) : next?.id;
    if (last === undefined) return { ids };
    return { ids, cursor: formatWalkCursor(runtime().clock.now(), { after: last, upTo }) };
  }

  /** The rules of publishing apply to the callbacks of a retry, too. */
  function checked(callbacks: CallbackSpecs): CallbackSpecs | undefined {
    const parsed = parseInput(messageCallbacks, callbacksWithin(runtime().config, callbacks));
    return callbackSpecs(runtime(), parsed, 'api') ?? undefined;
  }

  function overridesOf({ headers }: RetryCall, options: ReturnType<typeof takeOptions>['options']) {
    const now = runtime().clock.now();
    const layers = { headers, query: options };
    refuseInRetry(merge(layers));
    const given = publishOptions(layers, now);
    const { retryPolicy, timeoutMs, callbacks, signatureAlgorithm, delayMs } = given;
    const { method, labels, flowControl, redact } = given;
    validateHeaders(given.headers, 'headers');
    return withoutUndefined({
      method,
      labels,
      flowControl,
      redact,
      retryPolicy: retryPolicy && validateRetryPolicy(retryPolicy, 'upstash-retry-delay'),
      timeoutMs: timeoutMs && timeoutWithin(runtime().config, timeoutMs),
      notBefore: given.notBefore ?? (delayMs === undefined ? undefined : now + delayMs),
      headers: Object.keys(given.headers).length > 0 ? given.headers : undefined,
      callbacks: callbacks && checked(callbacks),
      signatures: signatureAlgorithm && ['standard' as const, jwtKind(signatureAlgorithm)],
    }) satisfies ReissueOverrides;
  }

  /** @returns the new messages' ids. A letter that was removed in the meantime has none. */
  async function reissue(ids: readonly number[], overrides: ReissueOverrides): Promise<string[]> {
    const { recorder, replay, clock } = runtime();
    const now = clock.now();
    const letters = (await replay.renderAgain(ids, now)).map((rowId) => ({
      rowId,
      messageId: recorder.newMessageId(),
    }));
    const done = await store().reissue(letters, { now, overrides });
    runtime().wake(overrides.notBefore);
    return letters.filter(({ rowId }) => done.has(rowId)).map(({ messageId }) => messageId);
  }

  return {
    /** Newest first. @throws QstashError 400 */
    async list(query: string) {
      const { ids, filter, count = 1, cursor } = dlqRequest(query);
      if (ids !== undefined) {
        const found = await withinBudget(runtime(), await store().findDeadLetters(ids));
        return { messages: await views(found) };
      }
      const before = cursor === undefined ? undefined : parseRowCursor(cursor);
      const { rows, next } = await store().listQstashRows(
        { ...queryOf(filter), state: DEAD },
        { ...(before !== undefined && { before }), limit: count + 1 }
      );
      const shown = await withinBudget(runtime(), rows.slice(0, count));
      const last = shown.length < rows.length ? placeOf(shown.at(-1)) : next;
      return {
        ...(last && { cursor: formatRowCursor(last.at, last.id) }),
        messages: await views(shown),
      };
    },

    /** @throws QstashError 404 */
    async get(dlqId: string) {
      const [view] = await views([await find(dlqId)]);
      return view;
    },

    /** @throws QstashError 404 */
    async remove(dlqId: string): Promise<void> {
      const { id } = await find(dlqId);
      if ((await store().deleteFinished([id])) === 0) throw notFound(dlqId);
    },

    async removeMany(query: string, body: unknown) {
      const { ids, cursor } = await select(dlqRequest(query, body), 'skip');
      const deleted = ids.length === 0 ? 0 : await store().deleteFinished(ids);
      return { ...(cursor !== undefined && { cursor }), deleted };
    },

    /** @throws QstashError 404 */
    async retry(dlqId: string, call: RetryCall) {
      const overrides = overridesOf(call, takeOptions(call.query).options);
      const [messageId] = await reissue([(await find(dlqId)).id], overrides);
      if (messageId === undefined) throw notFound(dlqId);
      return { messageId };
    },

    /** @throws QstashError 400 for an unknown filter, 404 for an unknown id. */
    async retryMany(call: RetryCall, body: unknown) {
      const { options, rest } = takeOptions(call.query);
      const overrides = overridesOf(call, options);
      const { ids, cursor } = await select(dlqRequest(rest, body), 'refuse');
      const messageIds = await reissue(ids, overrides);
      return {
        ...(cursor !== undefined && { cursor }),
        responses: messageIds.map((messageId) => ({ messageId })),
      };
    },
  };
};

const placeOf = (row: QstashRow | undefined) =>
  row && { id: row.id, at: row.finishedAt ?? row.createdAt };

const notFound = (dlqId: string): QstashError =>
  new QstashError(404, `dlq message ${dlqId} not found`);
