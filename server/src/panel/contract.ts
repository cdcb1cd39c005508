/**
 * The admin API's wire types, shared with `admin/` (types only). Prefix `/guaranteed-webhooks`.
 *
 * Instants are epoch milliseconds, durations milliseconds. Lists of topics and endpoints are whole;
 * lists of messages, events and attempts are paged by key: pass `nextCursor` back as `cursor`.
 */
import type { BreakerView } from '../api/types';
import type { MessageState, RetryPolicy, StoredBody } from '../core/message/message';
import type { EnvironmentView } from '../host/environment-view';
import type { NodeView } from '../stats/types';
import type {
  EndpointState,
  HeaderInput,
  MessageFilter,
  MessageView,
  AttemptView,
  EventView,
  JobKind,
  Page,
} from '../store/views';

export type {
  Actor,
  EventSource,
  FlowControl,
  MessageState,
  OutcomeKind,
  RetryPolicy,
  SignatureKind,
  StoredBody,
} from '../core/message/message';
export type * from '../api/types';
export type * from '../host/environment-view';
export type * from '../stats/types';
export type * from '../store/views';

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

// --- messages ---------------------------------------------------------------

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

// --- bulk actions and jobs --------------------------------------------------

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
