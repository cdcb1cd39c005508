/** The store's interface for the QStash API. */
import type {
  CallbackSpecs,
  FlowControl,
  MessageState,
  Redaction,
  RetryPolicy,
  SignatureKind,
  StoredBody,
} from '../../core/message/message';
import type { AttemptView } from '../views';
import type { LISTED_FIELDS } from '../sql/rows';
import type { MessageRow } from './message-row';
import type { Found, Place } from './page-types';

type ListedField = keyof typeof LISTED_FIELDS;

/** Every field narrows; lists mean "any of". */
export interface QstashQuery {
  state?: readonly MessageState[];
  messageId?: readonly string[];
  topicName?: readonly string[];
  queueName?: readonly string[];
  scheduleId?: readonly string[];
  url?: readonly string[];
  /** Texts that the URL contains: a first filter, where SQL cannot parse a URL. */
  urlParts?: readonly (readonly string[])[];
  label?: readonly string[];
  flowControlKey?: readonly string[];
  callerIp?: readonly string[];
  /** 0: there was no response. */
  responseStatus?: readonly number[];
  /** Created in [from, to]. */
  from?: number;
  to?: number;
}

export interface QstashRow extends Pick<MessageRow, ListedField> {
  state: MessageState;
  headers: Record<string, string>;
  /** Null: the event's body. */
  ownBody: StoredBody | null;
  retryPolicy: RetryPolicy | null;
  timeoutMs: number | null;
  notBefore: number;
  callerIp: string | null;
  callbacks: CallbackSpecs | null;
  flowControl: FlowControl | null;
  /** Of an active message: when its lease expires. */
  dueAt: number | null;
}

export interface EventContent {
  body: StoredBody;
  contentType: string;
}

export interface LogAttemptRow {
  id: number;
  attempt: AttemptView;
  message: QstashRow;
}

/** Attempts of a page of the log, by result. */
export type AttemptKind = 'delivered' | 'failed' | 'final';

/** Fields that a retry from the dead-letter queue may change. Absent fields stay. */
export interface ReissueOverrides {
  retryPolicy?: RetryPolicy;
  timeoutMs?: number;
  notBefore?: number;
  headers?: Record<string, string>;
  method?: string;
  labels?: string[];
  callbacks?: CallbackSpecs;
  /** Replaces the original key. */
  flowControl?: FlowControl;
  redact?: Redaction;
  signatures?: SignatureKind[];
}

export interface QstashStore {
  /** Newest first, below the row `before`. */
  listQstashRows(
    query: QstashQuery,
    page: { before?: number; limit: number }
  ): Promise<Found<QstashRow>>;
  /** Ascending, above the row `after`: for bulk calls. */
  walkQstashRows(
    query: QstashQuery,
    range: { after: number; upTo: number; limit: number }
  ): Promise<Found<Pick<QstashRow, 'id' | 'url'>>>;
  /** Dead letters among these ids. */
  findDeadLetters(dlqIds: readonly string[]): Promise<QstashRow[]>;
  /** The newest attempt of each message. */
  lastAttempts(messageRowIds: readonly number[]): Promise<Map<number, AttemptView>>;
  /** Newest first. `from` and `to` apply to the attempt. */
  listLogAttempts(
    query: QstashQuery,
    page: { upTo?: number; limit: number; kind?: AttemptKind }
  ): Promise<Found<LogAttemptRow>>;
  /** Canceled messages by time of cancellation, newest first. */
  listCanceled(
    query: QstashQuery,
    page: { upTo?: Place; limit: number }
  ): Promise<Found<QstashRow>>;
  /** Approximate body sizes of events, to know before reading them. */
  contentSizes(eventIds: readonly number[]): Promise<Map<number, number>>;
  eventContents(eventIds: readonly number[]): Promise<Map<number, EventContent>>;
  /**
   * Sends dead letters as new messages and removes them: all of a call, or none.
   * @returns row ids of those that were still dead letters.
   */
  reissue(
    letters: readonly { rowId: number; messageId: string }[],
    as: { now: number; overrides: ReissueOverrides }
  ): Promise<ReadonlySet<number>>;
  /** Default publish headers of a topic, encrypted as stored; null when it has none. */
  topicDefaults(topicId: number): Promise<string | null>;
  setTopicDefaults(topicId: number, stored: string | null): Promise<void>;
}
