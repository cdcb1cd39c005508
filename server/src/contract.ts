/**
 * The admin API's wire types, shared with `admin/` (types only). Prefix `/guaranteed-webhooks`.
 *
 * Instants are epoch milliseconds, durations milliseconds. Lists of topics and endpoints are whole;
 * lists of messages, events and attempts are paged by key: pass `nextCursor` back as `cursor`.
 */
import type {
  Actor,
  EventSource,
  FlowControl,
  MessageState,
  OutcomeKind,
  RetryPolicy,
  SignatureKind,
  StoredBody,
} from './core/message';

export type {
  Actor,
  EventSource,
  FlowControl,
  MessageState,
  OutcomeKind,
  RetryPolicy,
  SignatureKind,
  StoredBody,
};

export type EndpointState = 'active' | 'paused' | 'disabled';

/** Too many attempts failed: messages are held, and one is tried at `nextProbeAt`. Null: all is well. */
export interface BreakerView {
  since: number;
  nextProbeAt: number;
}

export interface Page<T> {
  results: T[];
  /** Absent on the last page. Opaque. */
  nextCursor?: string;
  /** The log is longer than one search: it was searched down to this instant, `nextCursor` goes on. */
  searchedTo?: number;
}

/** Body of every 4xx: Strapi's envelope, with our code and the field. */
export interface ApiError {
  data: null;
  error: {
    status: number;
    name: string;
    message: string;
    details: { code?: string; errors?: { path: string[]; message: string; name: string }[] };
  };
}

// --- topics -----------------------------------------------------------------

export interface TopicInput {
  name: string;
  description?: string | null;
  enabled?: boolean;
  /** `entry.publish`, `entry.*`, `media.*`, `*`, or a name of the host's own. May be empty: publish by name only. */
  events: string[];
  /** Content type uids; null means all. */
  contentTypes: string[] | null;
  /** Ids of the endpoints that subscribe. Absent: unchanged. */
  endpointIds?: number[];
}

export interface TopicView extends Required<Omit<TopicInput, 'endpointIds'>> {
  id: number;
  version: number;
  endpoints: { id: number; name: string; url: string; state: EndpointState }[];
  createdAt: number;
  updatedAt: number;
}

// --- endpoints --------------------------------------------------------------

export interface HeaderInput {
  name: string;
  /** Null on update: keep the stored value (which a secret header never shows). */
  value: string | null;
  secret: boolean;
}

export interface EndpointInput {
  name: string;
  url: string;
  method?: string;
  topicIds: number[];
  headers?: HeaderInput[];
  retryPolicy?: RetryPolicy;
  /** Spread of retry delays, 0 to 100. */
  jitterPercent?: number;
  timeoutMs?: number | null;
  signatures?: SignatureKind[];
  /** On all nodes together, as closely as docs/databases.md says. */
  maxParallel?: number | null;
  /** Absent: unchanged. Null: none. */
  callbacks?: EndpointCallbacksInput | null;
  /** Absent: unchanged. Null: as Node does it. */
  tls?: EndpointTlsInput | null;
}

/** PEM texts. */
export interface EndpointTlsInput {
  /** Authorities trusted instead of the public ones. */
  ca?: string | null;
  /** Shown to a receiver that asks who calls (mTLS), with its chain. */
  certificate?: string | null;
  /** Of the certificate. Null or absent: the stored one stays. Never returned. */
  privateKey?: string | null;
}

export interface EndpointTlsView {
  ca: string | null;
  certificate: string | null;
  hasPrivateKey: boolean;
  /** When the first of these certificates expires. */
  expiresAt: number;
}

/** How a callback is sent. What is absent is as for the message it is about. */
export interface CallbackInput {
  /** http(s) URL, or `strapi:<name>`: a handler in the app's own code. */
  url: string;
  method?: string;
  headers?: HeaderInput[];
  timeoutMs?: number | null;
  retryPolicy?: RetryPolicy | null;
  flowControl?: FlowControl | null;
  /** The callback's own failure callback. */
  failure?: CallbackInput | null;
}

export interface EndpointCallbacksInput {
  /** After every attempt. */
  success?: CallbackInput | null;
  /** Once, when a message is dead. */
  failure?: CallbackInput | null;
}

/** Values of secret headers are null. */
export interface EndpointCallbacks {
  success?: CallbackInput;
  failure?: CallbackInput;
}

export interface EndpointView {
  id: number;
  version: number;
  name: string;
  url: string;
  method: string;
  state: EndpointState;
  stateReason: string | null;
  stateChangedAt: number | null;
  topics: { id: number; name: string }[];
  /** Values of secret headers are null. */
  headers: HeaderInput[];
  retryPolicy: RetryPolicy;
  jitterPercent: number;
  timeoutMs: number | null;
  signatures: SignatureKind[];
  maxParallel: number | null;
  callbacks: EndpointCallbacks;
  tls: EndpointTlsView | null;
  /** The old secret still signs until then. */
  previousSecretUntil: number | null;
  firstFailureAt: number | null;
  breaker: BreakerView | null;
  /** Why nothing can be sent as it stands (its secrets cannot be decrypted); its messages are held. */
  problem: string | null;
  createdAt: number;
  updatedAt: number;
}

/** Unfinished and dead messages of one endpoint. */
export interface EndpointCounts {
  pending: number;
  dead: number;
}

/** Of `GET /endpoints/health`: what the list shows beside each. */
export interface EndpointHealthView extends EndpointCounts {
  endpointId: number;
  /** Counts above this are reported as this number. */
  countedUpTo: number;
  /** When the latest message that was delivered arrived; null: none has. */
  lastDeliveredAt: number | null;
}

export interface EndpointSecret {
  /** `whsec_…`. Returned by create and rotate, and never again. */
  secret: string;
}

export interface ResumeInput {
  /** What becomes of the messages held meanwhile. `skip` cancels them. */
  held: 'deliver' | 'skip';
}

/** Of `POST /endpoints/retry-preview { retryPolicy }`: the waits it comes to, before jitter. Shown while one types. */
export interface RetryPreview {
  delaysMs: number[];
}

export interface ResumeResult {
  /** Held messages that were skipped, or are now let go (these are counted up to 10,000). */
  count: number;
}

export interface TestSendResult {
  messageId: string;
  attempt: AttemptView;
}

// --- messages ---------------------------------------------------------------

/** Every field narrows; lists mean "any of". Drives lists, replays, deletes and cancels alike. */
export interface MessageFilter {
  state?: MessageState[];
  topic?: string[];
  /** 0: of no endpoint, published to a bare URL. */
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
  /** Message id, document id or part of a URL. */
  search?: string;
}

export interface MessageView {
  messageId: string;
  state: MessageState;
  /** True when it is pending, but its endpoint is paused or disabled. */
  held: boolean;
  eventId: number;
  event: string;
  uid: string | null;
  entryDocumentId: string | null;
  topicName: string | null;
  endpointId: number | null;
  endpointName: string | null;
  url: string;
  method: string;
  retried: number;
  /** Null: as the endpoint says. */
  maxRetries: number | null;
  attempts: number;
  /** When it goes next; null when finished. */
  notBefore: number | null;
  labels: string[];
  sourceMessageId: string | null;
  /** The FIFO queue it was put into. */
  queueName: string | null;
  flowControlKey: string | null;
  /** The schedule that published it. */
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
    /** Null without the permission to read payloads. */
    body: StoredBody | null;
    bodyTruncated: boolean;
  } | null;
}

export interface MessageDetail extends MessageView {
  attemptLog: AttemptView[];
  cause: EventView;
  /** Messages of the same event to other URLs. */
  siblings: MessageView[];
  /** Callbacks made from this message. */
  callbacks: MessageView[];
  /** Null without the permission to read payloads. */
  body: StoredBody | null;
  contentType: string;
}

export interface EventView {
  id: number;
  name: string;
  uid: string | null;
  entryDocumentId: string | null;
  entryLocale: string | null;
  actor: Actor;
  source: EventSource;
  createdAt: number;
}

/** Of `GET /deliveries`. Without a locale: of all. */
export interface EntryQuery {
  uid: string;
  documentId: string;
  locale?: string;
}

/** What one receiver knows of an entry: all there is to know, when the latest message was delivered. */
export interface EntryDelivery {
  latest: MessageView;
  /** When the last message about it arrived there; null when none has. */
  lastDeliveredAt: number | null;
}

/** Reasons of dead letters, grouped: "endpoint X: 37 × 500, since Tuesday". */
export interface DeadLetterGroup {
  endpointId: number | null;
  endpointName: string | null;
  lastOutcome: OutcomeKind | null;
  lastStatus: number | null;
  count: number;
  oldest: number;
  newest: number;
}

// --- bulk actions and jobs --------------------------------------------------

export type JobKind = 'replay' | 'delete' | 'cancel';

/** A selection or a filter, never neither: an empty filter must be written as such. */
export type BulkInput = ({ messageIds: string[] } | { filter: MessageFilter }) & {
  /** Only count what would be touched. */
  dryRun?: boolean;
};

export interface DryRunResult {
  dryRun: true;
  matched: number;
}

export interface JobView {
  id: number;
  kind: JobKind;
  filter: MessageFilter;
  state: 'running' | 'finished' | 'canceled';
  total: number;
  done: number;
  createdAt: number;
  finishedAt: number | null;
}

// --- schedules --------------------------------------------------------------

/** Exactly one of `topic`, `url` and `endpointId` is given. */
export interface ScheduleInput {
  /** Five fields: `0 9 * * 1`. */
  cron: string;
  /** IANA name; null: UTC. */
  timezone?: string | null;
  topic?: string;
  /** http(s) URL, or `strapi:<name>`. */
  url?: string;
  endpointId?: number;
  /** For a `url`. Default POST. */
  method?: string;
  contentType?: string;
  /** Values of secret headers are shown to nobody, in messages neither. */
  headers?: HeaderInput[];
  /** The body, as it is sent. Absent on update: unchanged. */
  payload?: string;
  timeoutMs?: number | null;
  /** Null: as the endpoint says; for a `url`, the wire's own. */
  retryPolicy?: RetryPolicy | null;
}

export interface ScheduleView {
  scheduleId: string;
  version: number;
  cron: string;
  timezone: string | null;
  topic: string | null;
  url: string | null;
  endpoint: { id: number; name: string | null } | null;
  method: string | null;
  contentType: string | null;
  /** Values of secret headers are null. */
  headers: HeaderInput[];
  /** Null without the permission to read payloads, and when it is redacted. */
  body: StoredBody | null;
  timeoutMs: number | null;
  retryPolicy: RetryPolicy | null;
  /** What else its messages carry; kept by an update. */
  queueName: string | null;
  flowControlKey: string | null;
  labels: string[];
  callbacks: { success: string | null; failure: string | null };
  paused: boolean;
  /** Null while it is paused, and when it will never run again. */
  nextAt: number | null;
  lastAt: number | null;
  lastMessageIds: string[];
  /** Why the last run could not publish. */
  lastError: string | null;
  /** Why it cannot be read: what it publishes was encrypted with another key. */
  problem: string | null;
  createdAt: number;
}

export interface CronPreviewInput {
  cron: string;
  timezone?: string | null;
}

export interface CronPreview {
  /** The next few, fewer when there are no more. */
  runs: number[];
}

// --- queues, flow control, signing keys -------------------------------------

export interface QueueInput {
  name: string;
  /** Messages on their way at once. With more than one there is no order. */
  parallelism: number;
}

export interface QueueView extends QueueInput {
  paused: boolean;
  /** Messages that are not finished. */
  lag: number;
  createdAt: number;
  updatedAt: number;
}

/** What is absent stays as it is; at least one limit is given. */
export interface PinInput {
  key: string;
  parallelism?: number;
  rate?: number;
  periodMs?: number;
}

export interface FlowKeyView {
  key: string;
  /** Messages that wait, due or not. */
  waiting: number;
  /** Sent and not yet answered. */
  inFlight: number;
  /** Null: no limit. */
  parallelism: number | null;
  /** Holds whatever messages say. */
  parallelismPinned: boolean;
  /** Let through in each period; null: no limit. */
  rate: number | null;
  ratePinned: boolean;
  periodMs: number;
  /** Let through in the current period, which ends at `periodEndsAt`; null when none has begun. */
  rateUsed: number;
  periodEndsAt: number | null;
  paused: boolean;
}

export interface FlowControlList extends Page<FlowKeyView> {
  /** Of everything: what one node sends at once, and what all of them send now. */
  global: { parallelism: number; inFlight: number };
}

export interface SigningKeysView {
  /** Masked, `sig_…x7Qa`, unless they were asked for in full. Null when there is a `problem`. */
  current: string | null;
  next: string | null;
  /** Standard Webhooks secret of messages to a bare URL, `whsec_…`; masked likewise. */
  urlSecret: string | null;
  /** How long the one before it signs beside it. */
  previousUrlSecretUntil: number | null;
  /** Of the EdDSA key pairs, current and next, as published at `/.well-known/jwks.json`. */
  publicKeyIds: string[];
  /** Where anybody reads the public keys. */
  jwksUrl: string;
  /** Why they cannot be read; nothing is signed with them meanwhile. */
  problem: string | null;
}

// --- overview ---------------------------------------------------------------

export interface Overview {
  /** Rows by state, now. Counts above `countedUpTo` are reported as that number. */
  counts: Record<MessageState, number>;
  countedUpTo: number;
  /** Pending messages whose endpoint is paused or disabled. */
  held: number;
  /** The oldest message that is due and not held; null when nothing waits. */
  oldestDueAt: number | null;
  endpointsInTrouble: {
    id: number;
    name: string;
    state: EndpointState;
    stateReason: string | null;
    firstFailureAt: number | null;
    breaker: BreakerView | null;
    dead: number;
    pending: number;
  }[];
  dispatcher: { enabled: boolean; running: boolean; inFlight: number };
  /** All servers on this database. */
  nodes: NodeView[];
  /** The messages that go next. */
  upcoming: MessageView[];
  environment: EnvironmentView;
  warnings: string[];
}

/** A server. It says that it is there every few seconds, and is listed for an hour after it fell silent. */
export interface NodeView {
  host: string;
  pid: number;
  /** The one that answered this request. */
  isThis: boolean;
  /** False: it records messages, and another one sends them. */
  delivers: boolean;
  inFlight: number;
  startedAt: number;
  seenAt: number;
  silent: boolean;
}

export type StatisticsRange = 'hour' | 'day' | 'week';

/** Attempts: `failed` ones are made again, `dead` ones were the last. */
export interface AttemptTally {
  delivered: number;
  failed: number;
  dead: number;
}

/** Of the attempts that were answered, within the accuracy of their classes (a third). */
export interface LatencyPercentiles {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

export interface Statistics {
  range: StatisticsRange;
  from: number;
  to: number;
  stepMs: number;
  /** Oldest first; steps without attempts too. */
  steps: (AttemptTally & { at: number })[];
  totals: AttemptTally;
  latency: LatencyPercentiles | null;
  /** Those with attempts in that time. */
  endpoints: EndpointStatistics[];
}

export interface EndpointStatistics extends AttemptTally {
  /** Null: bare URLs. */
  endpointId: number | null;
  latency: LatencyPercentiles | null;
}

/** A database copied from another environment: nothing is delivered until it is adopted, or what is pending discarded. */
export interface EnvironmentView {
  foreign: boolean;
  /** This environment: its configured name, or where its database is. */
  current: string;
  /** The environment that made the database. */
  madeBy: string | null;
}

/** `degraded`: something needs a person, but what can be delivered is. */
export interface HealthView {
  status: 'ok' | 'degraded' | 'down';
  problems: string[];
}

/** What a topic can subscribe to in this app. */
export interface Catalog {
  events: {
    name: string;
    group: 'entry' | 'media' | 'release' | 'review-workflows' | 'custom';
    needsContentType: boolean;
  }[];
  contentTypes: {
    uid: string;
    displayName: string;
    kind: 'collectionType' | 'singleType';
    draftAndPublish: boolean;
    localized: boolean;
  }[];
}

// --- import of Strapi's own webhooks ----------------------------------------

export interface NativeImportInput {
  webhookIds: number[];
  /** Disables them in Strapi, so that nothing arrives twice. */
  switchOff: boolean;
}

/** One of Strapi's own webhooks, and what would be made of it. */
export interface NativeWebhookView {
  id: number;
  name: string;
  /** Query values masked. */
  url: string;
  enabled: boolean;
  /** The endpoint that was made of it earlier, and still exists. */
  importedAs: { endpointId: number; name: string } | null;
  /** Null when it cannot be imported; `problems` say why. */
  plan: {
    endpointName: string;
    topicName: string;
    events: string[];
    /** Values that look secret are null here, and are stored encrypted. */
    headers: (HeaderInput & { from: 'webhook' | 'config' })[];
    /** A webhook that is switched off becomes a paused endpoint. */
    state: 'active' | 'paused';
  } | null;
  /** What of it cannot be imported, and why. */
  problems: { what: string; reason: string }[];
}

export interface NativeImportResult {
  webhookId: number;
  outcome: 'imported' | 'already-imported' | 'impossible';
  endpointId: number | null;
  topicId: number | null;
  /** It was on, and is off now. */
  switchedOff: boolean;
}
