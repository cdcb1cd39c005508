/**
 * Converts rows as drivers return them into the plugin's types. The only place that knows that
 * PostgreSQL and MySQL return bigints as text, that SQLite returns booleans as 0 and 1, and which
 * text columns hold JSON.
 */
import { maxRetriesOf } from '../../core/retry/backoff';
import type { Ask } from '../../core/message/triggers';
import type {
  EventSource,
  MessageState,
  OutcomeKind,
  Redaction,
  RetryPolicy,
  SignatureKind,
  StoredBody,
} from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import type { AttemptView, EventView } from '../views';
import type { Crypt } from './context';
import type { MessageRow } from '../log/message-row';

export type Row = Record<string, unknown>;

/**
 * Result of `knex.raw`: `{ rows }` from pg, `[rows, fields]` from mysql2, rows from better-sqlite3.
 */
export function rowsOf(result: unknown): Row[] {
  if (!Array.isArray(result)) return (result as { rows: Row[] }).rows;
  return (Array.isArray(result[0]) ? result[0] : result) as Row[];
}

export const integer = (value: unknown): number => Number(value ?? 0);
export const integerOrNull = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' ? value : null;
export const flag = (value: unknown): boolean => value === true || Number(value) === 1;

/** Throws when the text is not JSON. */
export function json<T>(value: unknown, fallback: T): T {
  return typeof value === 'string' && value !== '' ? (JSON.parse(value) as T) : fallback;
}

/** JSON that is only shown: one row that cannot be read must not fail the list it is in. */
export function shownJson<T>(value: unknown, fallback: T, unreadable = fallback): T {
  try {
    return json(value, fallback);
  } catch {
    return unreadable;
  }
}

const ALL_REDACTED: Redaction = { body: true, headers: true };
/** Redacts everything when the setting cannot be read. */
export const shownRedaction = (value: unknown): Redaction | null =>
  shownJson<Redaction | null>(value, null, ALL_REDACTED);

/** Reads Strapi's own timestamps, which its query engine returns as ISO text. */
export const instantOf = (value: unknown): number =>
  typeof value === 'string' ? Date.parse(value) : 0;
/** Ids of a populated relation. */
export const idsOf = (related: unknown): number[] =>
  ((related ?? []) as Row[]).map((row) => integer(row.id));

export function body(content: unknown, encoding: unknown): StoredBody {
  return { text: text(content), encoding: encoding === 'base64' ? 'base64' : 'utf8' };
}

export const signaturesText = (kinds: readonly SignatureKind[]): string => kinds.join(',');
export const signatures = (value: unknown): SignatureKind[] =>
  text(value).split(',').filter(Boolean) as SignatureKind[];
export const retryPolicy = (value: unknown): RetryPolicy | null =>
  shownJson<RetryPolicy | null>(value, null);

const FINISHED: readonly string[] = ['delivered', 'dead', 'canceled'];

/** The state of a message, from its row and the lease of its outbox row. */
export const stateOf = (row: Row): MessageState =>
  textOrNull(row.lease_token) === null ? (text(row.state) as MessageState) : 'active';

/** Fields, each with its column and how to read it. */
type Fields = Record<string, readonly [column: string, read: (value: unknown) => unknown]>;

export const columnsOf = (fields: Fields): string[] =>
  Object.values(fields).map(([column]) => column);

export const readFields = <F extends Fields>(fields: F, row: Row) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, [column, read]]) => [name, read(row[column])])
  ) as { [Name in keyof F]: ReturnType<F[Name][1]> };

/** Fields of a message that lists of the panel and of the QStash API share. */
export const LISTED_FIELDS = {
  id: ['id', integer],
  messageId: ['message_id', text],
  eventId: ['event_id', integer],
  topicName: ['topic_name', textOrNull],
  endpointId: ['endpoint_id', integerOrNull],
  endpointName: ['endpoint_name', textOrNull],
  url: ['url', text],
  method: ['method', text],
  attempts: ['attempts', integer],
  labels: ['labels', (value: unknown) => shownJson<string[]>(value, [])],
  queueName: ['queue_name', textOrNull],
  scheduleId: ['schedule_id', textOrNull],
  redact: ['redact', shownRedaction],
  dlqId: ['dlq_id', textOrNull],
  createdAt: ['enqueued_at', integer],
  finishedAt: ['finished_at', integerOrNull],
} as const satisfies Fields;

const outcomeOrNull = (value: unknown) => textOrNull(value) as OutcomeKind | null;

const VIEW_FIELDS = {
  ...LISTED_FIELDS,
  event: ['event_name', text],
  uid: ['uid', textOrNull],
  entryDocumentId: ['entry_document_id', textOrNull],
  retried: ['retried', integer],
  sourceMessageId: ['source_message_id', textOrNull],
  supersededBy: ['superseded_by', textOrNull],
  flowControlKey: ['flow_control_key', textOrNull],
  lastOutcome: ['last_outcome', outcomeOrNull],
  lastStatus: ['last_status', integerOrNull],
  lastError: ['last_error', textOrNull],
  lastAttemptAt: ['last_attempt_at', integerOrNull],
  lastDurationMs: ['last_duration_ms', integerOrNull],
} as const satisfies Fields;

/** Columns of a list: no bodies, no headers. */
export const MESSAGE_VIEW_COLUMNS = [
  ...columnsOf(VIEW_FIELDS),
  'state',
  'retry_policy',
  'not_before',
];

export function messageRow(row: Row): MessageRow {
  const state = stateOf(row);
  const policy = retryPolicy(row.retry_policy);
  return {
    ...readFields(VIEW_FIELDS, row),
    state,
    entryTitle: textOrNull(row.entry_title),
    entryLocale: textOrNull(row.entry_locale),
    documentHeld: flag(row.braked),
    maxRetries: policy === null ? null : maxRetriesOf(policy),
    notBefore: FINISHED.includes(state) ? null : integer(row.not_before),
  };
}

/** The message's own fields. Headers that cannot be decrypted are shown as none. */
export function messageOwn(row: Row, crypt: Crypt) {
  return {
    ownBody: textOrNull(row.body) === null ? null : body(row.body, row.body_encoding),
    rendering: shownJson<Rendering | null>(row.rendering, null),
    headers: readHeaders(row.headers, crypt).headers,
    signatures: signatures(row.signatures),
    retryPolicy: retryPolicy(row.retry_policy),
    asks: (textOrNull(row.asks) ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Ask),
  };
}

export function attemptView(row: Row): AttemptView {
  const outcome = text(row.outcome) as OutcomeKind;
  return {
    number: integer(row.number),
    startedAt: integer(row.started_at),
    durationMs: integer(row.duration_ms),
    outcome,
    status: integerOrNull(row.status),
    error: textOrNull(row.error),
    request: {
      url: text(row.request_url),
      method: text(row.request_method),
      headers: shownJson<Record<string, string>>(row.request_headers, {}),
    },
    response:
      outcome === 'responded'
        ? {
            headers: shownJson<Record<string, string | string[]>>(row.response_headers, {}),
            body: body(row.response_body, row.response_body_encoding),
            bodyTruncated: flag(row.response_body_truncated),
          }
        : null,
  };
}

export function eventView(row: Row): EventView {
  const actorId = integerOrNull(row.actor_id);
  const actorLabel = textOrNull(row.actor_label);
  return {
    id: integer(row.id),
    name: text(row.name),
    uid: textOrNull(row.uid),
    entryDocumentId: textOrNull(row.entry_document_id),
    entryLocale: textOrNull(row.entry_locale),
    entryTitle: textOrNull(row.entry_title),
    actor: {
      kind: (textOrNull(row.actor_kind) ?? 'none') as EventView['actor']['kind'],
      ...(actorId !== null && { id: actorId }),
      ...(actorLabel !== null && { label: actorLabel }),
    },
    source: text(row.source) as EventSource,
    createdAt: integer(row.occurred_at),
  };
}

/** Headers encrypted with a lost key must not keep the rest of the batch from being sent. */
export function readHeaders(
  stored: unknown,
  crypt: Crypt
): { headers: Record<string, string>; problem: string | null } {
  const { value, problem } = readSealed<Record<string, string>>(stored, crypt);
  return { headers: value ?? {}, problem: problem && `its headers cannot be read: ${problem}` };
}

/** Reads JSON that was encrypted as a whole. */
export function readSealed<T>(
  stored: unknown,
  crypt: Crypt
): { value: T | null; problem: string | null } {
  if (textOrNull(stored) === null) return { value: null, problem: null };
  try {
    return { value: JSON.parse(crypt.decrypt(text(stored))) as T, problem: null };
  } catch (error) {
    return { value: null, problem: (error as Error).message };
  }
}
