/** Completes rows to messages, with the body of their event and the retry policy of their endpoint. */
import { DEFAULT_PUBLISH_POLICY, maxRetriesOf } from '../../core/retry/backoff';
import type { AttemptView } from '../../store/views';
import type { CallbackSpec, CallbackSpecs } from '../../core/message/message';
import { redactHeaders } from '../../core/safety/redact';
import type { LastAttempt } from '../format/dead-letter-json';
import type { QstashFilter } from '../format/filters';
import type { QstashMessage } from '../format/message-json';
import type { QstashQuery, QstashRow } from '../../store/log/qstash-types';
import type { Runtime } from '../../runtime/runtime';

/** Approximate size of the bodies in one answer. A page ends early rather than exhaust the memory. */
const MAX_BODIES_BYTES = 16_777_216;
const EMPTY = { body: { text: '', encoding: 'utf8' as const }, contentType: 'application/json' };

/** @returns messages by row id. */
export async function qstashMessages(
  { store, directory, redactor }: Runtime,
  rows: readonly QstashRow[]
): Promise<Map<number, QstashMessage>> {
  const contents = await store.eventContents([...new Set(rows.map((row) => row.eventId))]);
  return new Map(
    rows.map((row) => {
      const { body, contentType } = contents.get(row.eventId) ?? EMPTY;
      const endpoint = row.endpointId === null ? undefined : directory.endpoint(row.endpointId);
      const policy = row.retryPolicy ?? endpoint?.retryPolicy ?? DEFAULT_PUBLISH_POLICY;
      const message: QstashMessage = {
        ...row,
        contentType,
        body: redactor.fields(row.ownBody ?? body),
        maxRetries: maxRetriesOf(policy),
        retryDelayExpression: policy.kind === 'expression' ? policy.expression : null,
        callbacks: row.callbacks ? withoutSecrets(row.callbacks) : null,
      };
      return [row.id, message] as const;
    })
  );
}

/** Returns the first rows whose bodies fit into one answer, at least one. */
export async function withinBudget<Row extends { eventId: number }>(
  { store }: Runtime,
  rows: readonly Row[]
): Promise<Row[]> {
  const sizes = await store.contentSizes([...new Set(rows.map((row) => row.eventId))]);
  let bytes = 0;
  const tooMany = rows.findIndex((row, index) => {
    bytes += sizes.get(row.eventId) ?? 0;
    return index > 0 && bytes > MAX_BODIES_BYTES;
  });
  return tooMany === -1 ? [...rows] : rows.slice(0, tooMany);
}

export function lastAttemptOf(
  { redactor }: Pick<Runtime, 'redactor'>,
  attempt: AttemptView | undefined
): LastAttempt | null {
  if (attempt === undefined) return null;
  return {
    status: attempt.status,
    error: attempt.error,
    headers: attempt.response?.headers ?? null,
    body: attempt.response?.body ? redactor.fields(attempt.response.body) : null,
  };
}

/** Converts a filter for SQL. `urlMatches` then compares host and path exactly. */
export function queryOf({ host, path, ...rest }: QstashFilter): QstashQuery {
  const parts = [host, path].filter((list) => list !== undefined);
  return { ...rest, ...(parts.length > 0 && { urlParts: parts }) };
}

/** Removes the secrets of callbacks, which readers of the log do not need. */
export function withoutSecrets({ success, failure }: CallbackSpecs): CallbackSpecs {
  const masked = (spec: CallbackSpec): CallbackSpec => ({
    ...spec,
    ...(spec.headers && { headers: redactHeaders(spec.headers) }),
    ...(spec.failure && { failure: masked(spec.failure) }),
  });
  return {
    ...(success && { success: masked(success) }),
    ...(failure && { failure: masked(failure) }),
  };
}
