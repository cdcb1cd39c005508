/** Inputs and results of the code API and the admin API. Instants are epoch ms, durations ms. */
import type { SchemaView } from '../core/catalog/sent-fields';
import type { FieldPath } from '../core/filter/fields';
import type { SendRate } from '../core/gates/send-rate';
import type { DeliveryMode } from '../core/gates/delivery-mode';
import type { Filter } from '../core/filter/filter';
import type {
  EndpointSignatureKind,
  FlowControl,
  RetryPolicy,
  StoredBody,
} from '../core/message/message';
import type { LedgerInput } from '../core/ledger/plan';
import type { ActorRef } from '../core/routing/loop-guard';
import type { Shape } from '../core/shape/shape';
import type { EndpointRecord } from '../store/types';
import type { EndpointState, HeaderInput, AttemptView, WithheldEvent } from '../store/views';

export type { EndpointSecret, RotateInput } from './secret-types';

/** The endpoint is suspended: messages are on hold, and one is tried at `nextProbeAt`. */
export interface BreakerView {
  since: number;
  nextProbeAt: number;
}

export interface TopicInput {
  name: string;
  description?: string | null;
  enabled?: boolean;
  /** `entry.publish`, `entry.*`, `media.*`, `*`, or a custom event. Empty for a topic that is only published to. */
  events: string[];
  /** Content type uids; null means all. */
  contentTypes: string[] | null;
  /** Events of entries that the topic has, as Strapi's REST `filters`. Absent: unchanged. Null: all. */
  filter?: Filter | null;
  /** Ids of the endpoints that subscribe. Absent: unchanged. */
  endpointIds?: number[];
}

/** A message to every endpoint of a topic. */
export interface TopicPublish {
  payload: unknown;
  event?: string;
  headers?: Record<string, string>;
}

/** State of a filter. */
export interface FilterView {
  /** Why it withholds nothing of a content type: an attribute is gone. Empty when it works. */
  filterProblems: { uid: string; path: string; message: string }[];
  /** Events that it withheld; null: none. */
  withheld: { total: number; latest: WithheldEvent[] } | null;
}

export interface TopicView extends Required<Omit<TopicInput, 'endpointIds'>>, FilterView {
  id: number;
  version: number;
  /** The file that describes it; null: it is edited in the panel. */
  managedBy: string | null;
  endpoints: { id: number; name: string; url: string; state: EndpointState }[];
  createdAt: number;
  updatedAt: number;
}

export interface EndpointInput extends LedgerInput {
  name: string;
  /** `pull:`: its receiver claims its messages. */
  url: string;
  /** Of a new endpoint: it is removed when its receiver stops claiming. */
  temporary?: boolean;
  method?: string;
  topicIds: number[];
  headers?: HeaderInput[];
  retryPolicy?: RetryPolicy;
  /** Spread of retry delays, 0 to 100. */
  jitterPercent?: number;
  /** Statuses that are not retried, 300 to 599. 410 then no longer disables the endpoint. */
  finalStatuses?: number[];
  timeoutMs?: number | null;
  signatures?: EndpointSignatureKind[];
  /** Name of the header that `hmac` among the signatures puts its hex into. */
  signatureHeader?: string | null;
  /** Tokens and users that the receiver writes with: their changes are not sent to it. */
  ignoredActors?: { kind: ActorRef['kind']; id: number }[];
  /** Messages a minute about one document. Further ones are held. Null: any number. */
  documentLimit?: number | null;
  /** Describe events in the `ce-*` headers of CloudEvents 1.0. */
  cloudEvents?: boolean;
  /** `whsec_…`, or 16 to 255 ASCII characters. Absent: one is made. To change it, rotate it. */
  secret?: string;
  /** On all nodes together, as closely as docs/databases.md says. */
  maxParallel?: number | null;
  /** Absent: every event, as it happens. */
  delivery?: DeliveryMode;
  /** Messages it is sent in any such span, on all nodes together. Null: any number. */
  rateLimit?: SendRate | null;
  /** Events of its topics that it gets, as Strapi's REST `filters`. Absent: unchanged. Null: all. */
  filter?: Filter | null;
  /** Absent: unchanged. Null: events are sent as they are. */
  shape?: ShapeInput | null;
  /** Absent: unchanged. Null: none. */
  callbacks?: EndpointCallbacksInput | null;
  /** Absent: unchanged. Null: Node's defaults. */
  tls?: EndpointTlsInput | null;
}

/** The part of an event that the endpoint gets. Absent: `full`, without a format. */
export type ShapeInput = Partial<Shape>;

/** The formats that an endpoint can have. */
export interface FormatList {
  /** Presets of the plugin. */
  presets: string[];
  /** Names of transformations in the app's own code. */
  code: string[];
}

/** A request as a shape makes it. */
export interface ShapedRequest {
  /** Null: the endpoint's. */
  method: string | null;
  contentType: string;
  /** Added to those of the endpoint. */
  headers: Record<string, string>;
  body: StoredBody | null;
}

export interface ShapePreview {
  /** Null: nothing is sent. */
  request: ShapedRequest | null;
  /** Why the format failed; the request is then not sent. */
  problem: string | null;
}

/** PEM texts. */
export interface EndpointTlsInput {
  /** Certificate authorities to trust instead of the public ones. */
  ca?: string | null;
  /** Client certificate (mTLS), with its chain. */
  certificate?: string | null;
  /** Key of the certificate. Null or absent: unchanged. Never returned. */
  privateKey?: string | null;
}

export interface EndpointTlsView {
  ca: string | null;
  certificate: string | null;
  hasPrivateKey: boolean;
  /** When the first certificate expires. */
  expiresAt: number;
}

/** How a callback is sent. Absent options are those of its message. */
export interface CallbackInput {
  /** http(s) URL, or `strapi:<name>` for a handler in the app's own code. */
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
  /** Sent after every attempt. */
  success?: CallbackInput | null;
  /** Sent once, when a message has failed. */
  failure?: CallbackInput | null;
}

/** Values of secret headers are null. */
export interface EndpointCallbacks {
  success?: CallbackInput;
  failure?: CallbackInput;
}

type Sealed = 'headers' | 'secret' | 'previousSecret' | 'callbacks' | 'tls' | 'credentials';

/** The stored endpoint, without secrets. */
export interface EndpointView
  extends Omit<EndpointRecord, Sealed | 'breaker' | 'topicIds'>, FilterView, SchemaView {
  topics: { id: number; name: string }[];
  /** Below it, its receiver claims messages. Null: it is sent them. */
  pullUrl: string | null;
  /** Changes of `ignoredActors` that were not sent; null: none. */
  ignored: FilterView['withheld'];
  /** Values of secret headers are null. */
  headers: HeaderInput[];
  callbacks: EndpointCallbacks;
  tls: EndpointTlsView | null;
  /** Why the last attempt failed; null when the last one was delivered. */
  lastError: string | null;
  breaker: BreakerView | null;
  /** Why nothing can be sent (its secrets cannot be decrypted); its messages are on hold. */
  problem: string | null;
}

/** Unfinished and failed messages of an endpoint. */
export interface EndpointCounts {
  pending: number;
  dead: number;
}

/** An item of `GET /endpoints/health`. */
export interface EndpointHealthView extends EndpointCounts {
  endpointId: number;
  /** Counts above this are reported as this number. */
  countedUpTo: number;
  /** When the latest message was delivered. */
  lastDeliveredAt: number | null;
}

/** Warnings of a save that succeeded. */
export interface SaveWarnings {
  warnings: { field: string; message: string }[];
}

export interface ResumeInput {
  /** `deliver` sends the messages on hold, `skip` cancels them. */
  held: 'deliver' | 'skip';
}

/** Result of `POST /endpoints/retry-preview`: the delays before jitter. */
export interface RetryPreview {
  delaysMs: number[];
}

export interface ResumeResult {
  /** Messages that were skipped, or released (counted up to 10,000). */
  count: number;
}

export interface TestSendResult {
  messageId: string;
  attempt: AttemptView;
}

/** Events and content types that a topic can name in this app. */
export interface Catalog {
  events: {
    name: string;
    group: 'entry' | 'media' | 'release' | 'review-workflows' | 'webhooks' | 'custom';
    needsContentType: boolean;
  }[];
  contentTypes: {
    uid: string;
    displayName: string;
    kind: 'collectionType' | 'singleType';
    draftAndPublish: boolean;
    localized: boolean;
    /** Without a page in the Content Manager. */
    hidden: boolean;
    /** Names that a filter may use of an entry. Empty for hidden types. */
    fields: FieldPath[];
    /** Attributes that a filter may say have changed. */
    changeable: string[];
  }[];
  /** Operators of a filter, by kind of field. */
  operators: Record<FieldPath['kind'], string[]>;
}
