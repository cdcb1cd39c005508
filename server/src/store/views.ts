/**
 * Read models of the store: messages, attempts and events as listed, and the filter that selects
 * them.
 *
 * Times are epoch milliseconds, durations milliseconds. Lists are paged by key: pass `nextCursor`
 * back as `cursor`.
 */
import type { Filter } from '../core/filter/filter';
import type {
  Actor,
  EventSource,
  MessageState,
  OutcomeKind,
  StoredBody,
} from '../core/message/message';

export type EndpointState = 'active' | 'paused' | 'disabled';

export interface Page<T> {
  results: T[];
  /** Absent on the last page. Opaque. */
  nextCursor?: string;
  /**
   * Set when the log is longer than one search: the time down to which it was searched.
   * `nextCursor` continues.
   */
  searchedTo?: number;
}

export interface HeaderInput {
  name: string;
  /** Null on update keeps the stored value, which a secret header never shows. */
  value: string | null;
  secret: boolean;
}

/** Every field narrows; lists mean "any of". Used by lists, replays, deletes and cancels. */
export interface MessageFilter {
  state?: MessageState[];
  topic?: string[];
  /** 0: no endpoint, published to a bare URL. */
  endpointId?: number[];
  event?: string[];
  uid?: string[];
  /** Status of the last response; 0: no response. */
  status?: number[];
  messageId?: string[];
  /** Document id of the entry. */
  entryDocumentId?: string;
  label?: string[];
  queue?: string[];
  flowControlKey?: string[];
  scheduleId?: string[];
  /** Created in [from, to). */
  from?: number;

  to?: number;
  /** Message id, document id, or part of a URL or of an entry's title. */
  search?: string;
}

/**
 * Status as displayed. Of the pending messages, those of a paused, disabled or suspended endpoint and those about
 * a held document are `held`, others are `retrying` after a first attempt and `pending` before it.
 */
export type DisplayedState = MessageState | 'retrying' | 'held';

/** Order of a list. Default: newest first. */
export type ListSort = 'createdAt:desc' | 'createdAt:asc';

/** Filter of lists. */
export interface MessageListFilter extends MessageFilter {
  displayed?: DisplayedState[];
  /** Sent by this job. */
  jobId?: number;
}

export interface MessageView {
  messageId: string;
  state: MessageState;
  /** Pending, but not sent until its endpoint or its document is released. */
  held: boolean;
  /**
   * `endpoint`: it is paused, disabled or suspended. `document`: it changed too often for the endpoint
   * (`documentLimit`). Null: not on hold.
   */
  heldBy: 'endpoint' | 'document' | null;
  /** Pending, and sent as part of a batch. */
  batched: boolean;
  eventId: number;
  event: string;
  uid: string | null;
  entryDocumentId: string | null;
  /** Title of the entry. Null without the permission to read payloads. */
  entryTitle: string | null;
  entryLocale: string | null;
  topicName: string | null;
  endpointId: number | null;
  endpointName: string | null;
  /** Its endpoint no longer exists, so the message cannot be replayed. */
  endpointDeleted: boolean;
  url: string;
  method: string;
  retried: number;
  /** Null: as the endpoint says. */
  maxRetries: number | null;
  attempts: number;
  /** Time of the next attempt; null when finished. */
  notBefore: number | null;
  labels: string[];
  sourceMessageId: string | null;
  /** The newer message that replaced this one. */
  supersededBy: string | null;
  /** FIFO queue of the message. */
  queueName: string | null;
  flowControlKey: string | null;
  /** Schedule that published it. */
  scheduleId: string | null;
  dlqId: string | null;
  lastOutcome: OutcomeKind | null;
  lastStatus: number | null;
  lastError: string | null;
  lastAttemptAt: number | null;
  lastDurationMs: number | null;
  createdAt: number;
  finishedAt: number | null;
}

export interface AttemptView {
  number: number;
  startedAt: number;
  durationMs: number;
  outcome: OutcomeKind;
  status: number | null;
  error: string | null;
  request: { url: string; method: string; headers: Record<string, string> };
  response: {
    headers: Record<string, string | string[]>;
    /** Null without permission to read payloads. */
    body: StoredBody | null;
    bodyTruncated: boolean;
  } | null;
}

export interface EventView {
  id: number;
  name: string;
  uid: string | null;
  entryDocumentId: string | null;
  entryLocale: string | null;
  /** Title of the entry. Null without the permission to read payloads. */
  entryTitle: string | null;
  actor: Actor;
  source: EventSource;
  createdAt: number;
}

/** Every field narrows; lists mean "any of". */
export interface EventFilter {
  name?: string[];
  uid?: string[];
  entryDocumentId?: string;
  source?: EventSource[];
  /** Part of the title of the entry. */
  title?: string;
}

/** Events to send again. Every field narrows; lists mean "any of". */
export interface EventMatch {
  event?: string[];
  uid?: string[];
  source?: EventSource[];
  entryDocumentId?: string;
  /** Happened in [from, to). */
  from?: number;
  to?: number;
}

/** A message of an event, as one dot. */
export interface EventDelivery extends Pick<
  MessageView,
  | 'messageId'
  | 'state'
  | 'held'
  | 'attempts'
  | 'supersededBy'
  | 'endpointId'
  | 'endpointName'
  | 'url'
> {
  lastStatus: number | null;
}

/** An event with its first messages. */
export interface LoggedEvent extends EventView {
  deliveries: EventDelivery[];
  /** Number of messages. */
  total: number;
}

/** Dead letters grouped by reason. */
export interface DeadLetterGroup {
  endpointId: number | null;
  endpointName: string | null;
  lastOutcome: OutcomeKind | null;
  lastStatus: number | null;
  /** Of the newest of them. */
  lastError: string | null;
  count: number;
  oldest: number;
  newest: number;
}

/** An event that a filter withheld. */
export interface WithheldEvent {
  at: number;
  event: string;
  uid: string | null;
  documentId: string | null;
  locale: string | null;
  /** The condition that did not hold, `entry.slug.$eq`; `format`: the format sends nothing. */
  condition: string;
}

export interface WithheldCount {
  /** `topic:<id>` or `endpoint:<id>`. */
  holder: string;
  total: number;
  /** The last ten, newest first. */
  latest: WithheldEvent[];
}

/** Replayed messages by what has become of them. Pending ones are not on hold; delivered are all others. */
export interface JobOutcome {
  replayed: number;
  pending: number;
  /** Their endpoint or document is on hold. */
  held: number;
  failed: number;
  canceled: number;
  delivered: number;
}

export type MessageJobKind = 'replay' | 'delete' | 'cancel';

/**
 * `replay-events` makes new messages of events of the log, `backfill` of documents; `reconcile` compares
 * documents with what a receiver has acknowledged. The others act on messages.
 */
export type JobKind = MessageJobKind | 'replay-events' | 'backfill' | 'reconcile';

export type JobState = 'running' | 'paused' | 'finished' | 'canceled';

/** The documents that a backfill sends. */
export interface BackfillScope {
  /** One after the other. */
  types: { uid: string }[];
  /** Of content types with draft & publish. */
  status: BackfillStatus;
  /** Of localized content types. Null: all. */
  locales: string[] | null;
  filter: Filter | null;
}

/** The content that a reconciliation compares. */
export interface ReconcileScope {
  /** One after the other. */
  types: { uid: string }[];
  /** Compare bytes, too. Otherwise the time of the last change. */
  exact: boolean;
  /** Send what differs. Otherwise count and list it. */
  heal: boolean;
}

export type BackfillStatus = 'published' | 'draft' | 'all';
