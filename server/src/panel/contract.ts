/**
 * The types of the admin API, shared with `admin/` (types only). Prefix `/guaranteed-webhooks`.
 *
 * Instants are epoch milliseconds, durations milliseconds. Lists of topics and endpoints are whole;
 * lists of messages, events and attempts are paged by key: pass `nextCursor` back as `cursor`.
 */
import type { CatalogFormat } from '../core/catalog/documents';
import type { BreakerView, EndpointInput, TopicInput } from '../api/types';
import type { ErrorCode } from '../core/errors';
import type { Filter } from '../core/filter/filter';
import type { ReasonKind } from '../core/ledger/reasons';
import type { DifferenceKind, Findings } from '../core/ledger/compare';
import type { Actor, MessageState, RetryPolicy, StoredBody } from '../core/message/message';
import type { ActorRef } from '../core/routing/loop-guard';
import type { SignatureVerdict } from '../core/signing/check-signature';
import type { BodyDifference } from '../core/signing/first-difference';
import type { Ask } from '../core/message/triggers';
import type { EnvironmentView } from '../host/environment-view';
import type { MissedEvent, MissingInternal } from '../host/strapi-internals-view';
import type { NodeView } from '../stats/types';
import type { ScheduleRecord } from '../store/gates/gate-types';
import type { AuditedItem } from '../store/log/audit-types';
import type {
  DeadLetterGroup,
  EndpointState,
  EventMatch,
  HeaderInput,
  MessageFilter,
  MessageView,
  AttemptView,
  EventView,
  BackfillScope,
  BackfillStatus,
  ReconcileScope,
  JobKind,
  JobOutcome,
  JobState,
  Page,
} from '../store/views';

export type { ErrorCode } from '../core/errors';
export type { SchemaChange } from '../core/catalog/sent-fields';
export type { FieldPath } from '../core/filter/fields';
export type {
  Actor,
  EventSource,
  FlowControl,
  MessageState,
  OutcomeKind,
  RetryPolicy,
  EndpointSignatureKind,
  SignatureKind,
  StoredBody,
} from '../core/message/message';
export type { ActorRef, HeldDocument } from '../core/routing/loop-guard';
export type { QueueRecord as QueueView } from '../store/gates/gate-types';
export type * from '../api/trial-types';
export type * from '../api/types';
export type { FieldChange } from '../api/differences';
export type { SettingsCode } from '../settings/as-code';
export type { SettingsChange, SettingsPlan } from '../settings/settings';
export type * from '../host/environment-view';
export type * from '../host/strapi-internals-view';
export type * from '../stats/types';
export type * from './alert-types';
export type * from './editor-types';
export type * from '../store/views';
export type { AuditedItem, AuditEntry, AuditFilter } from '../store/log/audit-types';

/** Body of every 4xx: Strapi's envelope, with our code and the field. */
export interface ApiError {
  data: null;
  error: {
    status: number;
    name: string;
    message: string;
    details: { code?: ErrorCode; errors?: { path: string[]; message: string; name: string }[] };
  };
}

// --- messages ---------------------------------------------------------------

/** An attempt, and who asked for it; null: it is automatic. */
export interface LoggedAttempt extends AttemptView {
  trigger: Ask | null;
}

export interface MessageDetail extends MessageView {
  attemptLog: LoggedAttempt[];
  cause: EventView;
  /** Messages of the same event to other URLs. */
  siblings: MessageView[];
  /** Callbacks made from this message. */
  callbacks: MessageView[];
  /** Null without the permission to read payloads. */
  body: StoredBody | null;
  contentType: string;
  /** Retries that are left, and when the last one is due without jitter. Null when finished. */
  retries: { left: number; lastAt: number } | null;
  /** When retention removes it, earlier if the log is full. Null while unfinished. */
  keptUntil: number | null;
}

/** Null: the endpoint was sent nothing about the entry before, or retention has removed it. */
export interface PreviousMessage {
  previous: (Pick<MessageView, 'messageId' | 'event' | 'createdAt'> & { body: StoredBody }) | null;
}

/** Dead letters of an endpoint with the same outcome. */
export interface DeadLetterReason extends DeadLetterGroup {
  endpointDeleted: boolean;
}

/** Query of `GET /event-catalog`. */
export interface EventCatalogQuery {
  format: CatalogFormat;
  /** Only what this endpoint is sent. Default: every event of the app. */
  endpointId?: number;
  /** For clients that only read JSON: TypeScript as `EventCatalogText`. */
  as?: 'json';
}

export interface EventCatalogText {
  text: string;
}

/** Query of `GET /deliveries`. Without a locale: all locales. */
export interface EntryQuery {
  uid: string;
  documentId: string;
  locale?: string;
}

/** Deliveries of an entry to one receiver. */
export interface EntryDelivery {
  latest: MessageView;
  /** When the latest delivered message arrived; null when none has. */
  lastDeliveredAt: number | null;
}

// --- bulk actions and jobs --------------------------------------------------

/** A selection or a filter. An empty filter has to be written explicitly. */
export type BulkInput = ({ messageIds: string[] } | { filter: MessageFilter }) & {
  /** Only count the matching messages. */
  dryRun?: boolean;
};

/** Events of Strapi that are in the log: content, media and the event hub. */
export interface EventReplayInput {
  /** Gets them by its filter and shape as they are now, whatever its topics are. */
  endpointId: number;
  /** An empty filter has to be written explicitly. */
  filter: Omit<EventMatch, 'source'>;
  /** Only count the matching events. */
  dryRun?: boolean;
}

/** Which documents are sent to an endpoint. */
export interface BackfillInput {
  /** UIDs. Default: those of which its topics have events. */
  contentTypes?: string[];
  /** Of content types with draft & publish. Default: `published`. */
  status?: BackfillStatus;
  /** Of localized content types. Default: all. */
  locales?: string[];
  /** In addition to the filters of the endpoint and its topics. */
  filter?: Filter | null;
  /** Only count the documents. Filters are not applied. */
  dryRun?: boolean;
}

/** Says what is compared with the content. */
export interface ReconcileInput {
  /** UIDs. Default: those of which its topics have events. */
  contentTypes?: string[];
  /** Compare the bytes, too: finds changes that left `updatedAt` alone. */
  exact?: boolean;
  /** Send what differs. Default: only count and list it. */
  heal?: boolean;
}

/** The ledger of an endpoint. */
export interface LedgerView {
  isKept: boolean;
  /** Versions of documents. */
  versions: number;
  /** The latest comparison. */
  last: JobView | null;
  /** When it is compared next; null: when somebody asks for it. */
  nextAt: number | null;
}

/** Which differences are listed. */
export interface DifferenceQuery {
  kind?: DifferenceKind;
  /** UID. */
  contentType?: string;
  cursor?: string;
}

/** A version of an entry that a receiver should have otherwise. */
export interface DifferenceView {
  kind: DifferenceKind;
  /** UID. */
  contentType: string;
  isSingle: boolean;
  documentId: string;
  locale: string | null;
  status: 'draft' | 'published';
  /** As it is now. Null: it has none, is gone, or the reader may not see it. */
  title: string | null;
}

/** An endpoint with a ledger that should be compared. */
export interface ReconcileOffer {
  endpointId: number;
  endpointName: string;
  /** `content`: an import or a transfer has replaced it. `adoption`: of the database. Or what was changed. */
  reason: ReasonKind;
  /** When that was noticed. */
  at: number;
}

/** A version of a document that a receiver has acknowledged. */
export interface ManifestEntry {
  contentType: string;
  documentId: string;
  locale: string | null;
  status: 'draft' | 'published';
  /** `updatedAt` of the entry, epoch ms. Null: not known. */
  updatedAt: number | null;
  /** SHA-256 of the bytes, hex. Null: not known. */
  hash: string | null;
  acknowledgedAt: number;
}

export interface ManifestPage {
  entries: ManifestEntry[];
  /** `after` of the next page; null: this is the last. */
  next: number | null;
}

/** Versions of an entry that the receiver of an endpoint with a ledger has. */
export interface EntryKnowledge {
  endpointId: number;
  endpointName: string;
  /** Versions that the endpoint is told of. */
  versions: {
    status: 'draft' | 'published';
    locale: string | null;
    has: 'this' | 'another' | 'nothing';
    acknowledgedAt: number | null;
  }[];
}

export interface DryRunResult {
  dryRun: true;
  /** Counts of messages and events above 10,000 are reported as that number. */
  matched: number;
  /** Of a replay by filter: further messages, which it will skip because their endpoint was deleted. */
  skipped?: number;
}

export interface JobView {
  id: number;
  kind: JobKind;
  /** Of `replay-events` and `backfill`: which events or documents, and the endpoint that gets them. */
  filter: MessageFilter &
    Pick<EventMatch, 'source'> & { backfill?: BackfillScope; reconcile?: ReconcileScope };
  /** Only a backfill or a reconciliation can be paused. */
  state: JobState;
  /** Counts of messages and events above 10,000 are reported as that number. */
  total: number;
  /** Messages, events or documents looked at, those that were skipped included. */
  done: number;
  /** Differences that a reconciliation has found; null before it finds something, and for others. */
  findings: Findings | null;
  /** Left as they were, for instance because their endpoint was deleted. Of events and documents: withheld. */
  skipped: number;
  createdAt: number;
  finishedAt: number | null;
  /** Of a replay that is running or has finished within the last hour; null for all others. */
  outcome: JobOutcome | null;
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
  /** For a `url`. Default: POST. */
  method?: string;
  contentType?: string;
  /** Values of secret headers are never shown, not even in messages. */
  headers?: HeaderInput[];
  /** The body as it is sent. Absent on update: unchanged. */
  payload?: string;
  timeoutMs?: number | null;
  /** Null: the endpoint's policy, or the default for a `url`. */
  retryPolicy?: RetryPolicy | null;
}

export interface ScheduleView extends Omit<
  ScheduleRecord,
  'id' | 'publish' | 'source' | 'callerIp'
> {
  topic: string | null;
  url: string | null;
  endpoint: { id: number; name: string | null } | null;
  method: string | null;
  contentType: string | null;
  /** Values of secret headers are null. */
  headers: HeaderInput[];
  /** Null without the permission to read payloads, and when redacted. */
  body: StoredBody | null;
  timeoutMs: number | null;
  retryPolicy: RetryPolicy | null;
  /** Further options of its messages. An update keeps them. */
  queueName: string | null;
  flowControlKey: string | null;
  labels: string[];
  callbacks: { success: string | null; failure: string | null };
  /** Why the schedule cannot be read: it was encrypted with another key. */
  problem: string | null;
}

export interface CronPreviewInput {
  cron: string;
  timezone?: string | null;
}

export interface CronPreview {
  /** The next runs. */
  runs: number[];
}

// --- queues, flow control, signing keys -------------------------------------

/** Absent limits stay unchanged. At least one is required. */
export interface PinInput {
  key: string;
  parallelism?: number;
  rate?: number;
  periodMs?: number;
}

export interface FlowKeyView {
  key: string;
  /** Waiting messages, due or not. */
  waiting: number;
  /** Messages in flight. */
  inFlight: number;
  /** Null: no limit. */
  parallelism: number | null;
  /** Overrides the limits that messages carry. */
  parallelismPinned: boolean;
  /** Messages per period; null: no limit. */
  rate: number | null;
  ratePinned: boolean;
  periodMs: number;
  /**
   * Messages sent in the current period, which ends at `periodEndsAt`; null before the first
   * period.
   */
  rateUsed: number;
  periodEndsAt: number | null;
  paused: boolean;
}

export interface FlowControlList extends Page<FlowKeyView> {
  /** Limits and load of all keys together: slots of one node, messages in flight on all nodes. */
  global: { parallelism: number; inFlight: number };
}

export interface SigningKeysView {
  /** Masked (`sig_…x7Qa`) unless requested in full. Null when there is a `problem`. */
  current: string | null;
  next: string | null;
  /** Standard Webhooks secret of messages to bare URLs, `whsec_…`; masked like the others. */
  urlSecret: string | null;
  /** Until when the previous secret keeps signing. */
  previousUrlSecretUntil: number | null;
  /** Ids of the EdDSA key pairs, current and next, as published at `/.well-known/jwks.json`. */
  publicKeyIds: string[];
  /** URL of the public keys. */
  jwksUrl: string;
  /** Why the keys cannot be read. Nothing is signed with them then. */
  problem: string | null;
}

// --- signatures of endpoints --------------------------------------------------

/** The request that a receiver got. */
export interface SignatureCheckInput {
  /** Lines of `name: value`. */
  headers: string;
  body: string;
}

export interface SignatureCheck {
  verdict: SignatureVerdict;
  messageId: string;
  /** Time since it was signed; null: the timestamp cannot be read. */
  ageMs: number | null;
  /**
   * Where the body differs from the one that was sent. Null: nowhere, or they cannot be compared, because the log
   * does not have the message, part of it is redacted, or the user may not read payloads.
   */
  bodyDifference: BodyDifference | null;
  /** Characters of the signature that are as they were sent at that time. Null: all, or it is not in the log. */
  signatureDiffersAt: number | null;
}

// --- overview ---------------------------------------------------------------

export interface Overview {
  /** Messages by state. Counts above `countedUpTo` are reported as that number. */
  counts: Record<MessageState, number>;
  countedUpTo: number;
  /** Pending messages whose endpoint is paused, disabled or suspended. Counted like `counts`. */
  held: number;
  /** Pending messages that are not on hold. Counted like `counts`. */
  waiting: number;
  /** The part of `waiting` that was attempted before. Null: `waiting` is above `countedUpTo`. */
  retrying: number | null;
  /** The oldest message that is due and not on hold; null when none is. */
  oldestDueAt: number | null;
  /** Number of endpoints. */
  endpoints: number;
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
  /** The next messages to be sent. */
  upcoming: MessageView[];
  environment: EnvironmentView;
  /** In the process that answers. */
  missingInternals: MissingInternal[];
  /** In the process that answers, in the last day. */
  missedEvents: MissedEvent[];
  warnings: string[];
}

// --- settings as code -----------------------------------------------------------

export interface SettingsPlanInput {
  /** The value of a settings file. Absent: the file of the Strapi that answers. */
  settings?: unknown;
}

// --- import of Strapi's own webhooks ----------------------------------------

export interface NativeImportInput {
  webhookIds: number[];
  /** Disables the originals in Strapi, so that nothing is delivered twice. */
  switchOff: boolean;
}

/** One of Strapi's own webhooks, and what an import would create. */
export interface NativeWebhookView {
  id: number;
  name: string;
  /** Query values masked. */
  url: string;
  enabled: boolean;
  /** The endpoint created by an earlier import, if it still exists. */
  importedAs: { endpointId: number; name: string } | null;
  /** Null when the webhook cannot be imported; `problems` say why. */
  plan: {
    endpointName: string;
    /** Without credentials, which become an `Authorization` header. Query values masked. */
    url: string;
    topicName: string;
    events: string[];
    /** Values that look secret are null here and are stored encrypted. */
    headers: (HeaderInput & { from: 'webhook' | 'config' })[];
    /** A disabled webhook becomes a paused endpoint. */
    state: 'active' | 'paused';
  } | null;
  /** Parts that cannot be imported, and why. */
  problems: { what: string; reason: string }[];
}

export interface NativeImportResult {
  webhookId: number;
  outcome: 'imported' | 'already-imported' | 'impossible';
  endpointId: number | null;
  topicId: number | null;
  /** It was enabled, and is now disabled. */
  switchedOff: boolean;
}

// --- setup --------------------------------------------------------------------

/** A new endpoint, and the events of the topic that is made with it. */
export type SetupInput = EndpointInput & Pick<TopicInput, 'events' | 'contentTypes'>;

// --- export ---------------------------------------------------------------------

export type ExportFormat = 'csv' | 'json';

// --- audit log ----------------------------------------------------------------

export interface AuditQuery {
  item?: AuditedItem | undefined;
  /** With `item`. */
  key?: string | undefined;
  actorKind?: ActorRef['kind'] | undefined;
  /** With `actorKind`. */
  actorId?: number | undefined;
}

/** People and tokens that the audit log names. */
export type AuditPeople = Actor[];

/** Events that wait to become one message. */
export interface WaitingBatch {
  events: number;
  /** When they become one message, epoch ms, as far as is known. Null without events. */
  sendsAt: number | null;
}

export interface QueueInput {
  name: string;
  /** Messages in flight at once. More than one means no order. */
  parallelism: number;
}
