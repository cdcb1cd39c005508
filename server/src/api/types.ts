/**
 * Inputs and results of the code API: topics, endpoints, queues. The admin API uses the same shapes.
 *
 * Instants are epoch milliseconds, durations milliseconds.
 */
import type { FlowControl, RetryPolicy, SignatureKind } from '../core/message/message';
import type { EndpointState, HeaderInput, AttemptView } from '../store/views';

/** Too many attempts failed: messages are held, and one is tried at `nextProbeAt`. Null: all is well. */
export interface BreakerView {
  since: number;
  nextProbeAt: number;
}

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

/** A message to every endpoint of a topic. */
export interface TopicPublish {
  payload: unknown;
  event?: string;
  headers?: Record<string, string>;
}

export interface TopicView extends Required<Omit<TopicInput, 'endpointIds'>> {
  id: number;
  version: number;
  endpoints: { id: number; name: string; url: string; state: EndpointState }[];
  createdAt: number;
  updatedAt: number;
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
  /** Why the last attempt failed; null when the last one was delivered. */
  lastError: string | null;
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

export interface RotateInput {
  /** How long the old secret signs beside the new one. */
  overlapMs?: number;
  /** Rotate although an earlier secret is still in its overlap; that one stops signing at once. */
  force?: boolean;
}

/** What a save is told although it succeeded. */
export interface SaveWarnings {
  warnings: { field: string; message: string }[];
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
    /** It has no page in the Content Manager. */
    hidden: boolean;
  }[];
}
