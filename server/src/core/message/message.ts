/**
 * The core's data shapes, from a content change to the receiver. Instants are epoch milliseconds, durations whole
 * milliseconds. `store/sql/rows.ts` maps rows to these shapes; `panel/contract.ts` and `qstash/format` define the APIs.
 */
import type { Subject } from '../filter/filter';
import type { LedgerNote } from '../ledger/note';
import type { SignatureKind } from '../signing/kinds';
import type { TraceContext } from '../trace-context';
import type { EventSource } from './event-source';
import type { Rendering } from './rendering';

export type { EventSource } from './event-source';
export type { EndpointSignatureKind, SignatureKind } from '../signing/kinds';

export const MESSAGE_STATES = ['pending', 'active', 'delivered', 'dead', 'canceled'] as const;
/** `pending` (due at `notBefore`) → `active` (leased) → `delivered`, `pending` again, or `dead`. */
export type MessageState = (typeof MESSAGE_STATES)[number];

export const FINISHED_STATES = ['delivered', 'dead', 'canceled'] as const;

/** How a body is stored in a text column: as it is, or as base64 when it is not valid UTF-8. */
export type BodyEncoding = 'utf8' | 'base64';

export interface StoredBody {
  text: string;
  encoding: BodyEncoding;
}

/** Who made the change that caused an event. `none`: cron, bootstrap, the console. */
export interface Actor {
  kind: 'admin' | 'api-token' | 'admin-token' | 'user' | 'none';
  /** Row id of the admin user, API token or users-permissions user; absent for `none`. */
  id?: number;
  /** The name or e-mail of a user, or the name of a token. */
  label?: string;
}

/** A body, and whether it was reduced. */
export interface ViewedBody {
  body: StoredBody;
  reduced?: boolean;
  /** Parts that the view asks for and that are not known: `previous`, `author.books`. */
  missing?: readonly string[];
}

/** An event before routing. The body is frozen: these exact bytes are signed and sent. */
export interface NewEvent {
  /** `entry.publish`, `media.create`, `releases.publish`, or a custom event name. */
  name: string;
  /** Content type the event is about, `api::article.article`; null for events without one. */
  uid: string | null;
  /** Strapi document id of the entry, when there is one. */
  entryDocumentId: string | null;
  entryLocale: string | null;
  /** Version of the entry. Null: not about an entry. */
  entryStatus?: 'draft' | 'published' | null;
  /** Title of the entry. Absent: nothing. */
  entryTitle?: string | null;
  /** `updatedAt` of the entry, epoch ms. */
  entryUpdatedAt?: number | null;
  body: StoredBody;
  contentType: string;
  actor: Actor;
  source: EventSource;
  occurredAt: number;
  /** The body is a reduced one, because the whole one exceeds `payload.maxBytes`. */
  reduced?: boolean;
  /** The event's body with the entry as a view has it, by the view's key. Not stored. */
  views?: ReadonlyMap<string, ViewedBody>;
  /** Facts that filters judge; absent when none is asked. Not stored. */
  subject?: Subject;
  /** Trace context of the request that made the change. */
  trace?: TraceContext | null;
}

/** When a failed message is retried. Stored as JSON. */
export type RetryPolicy =
  /** One of the named schedules of `core/retry/backoff.ts`. */
  | { kind: 'preset'; preset: 'standard' | 'qstash' | 'none'; maxRetries?: number }
  /** Explicit delays, ms. The length of the list is the number of retries. */
  | { kind: 'list'; delaysMs: number[] }
  /** QStash's delay expression in `retried`. Its value is in ms. */
  | { kind: 'expression'; expression: string; maxRetries: number };

/**
 * Limits shared by all messages with the same key, on all nodes. An absent limit leaves the key's
 * current limit unchanged.
 */
export interface FlowControl {
  key: string;
  /** Messages in flight. */
  parallelism?: number;
  /** Messages per period. */
  rate?: number;
  /** Default: one second. */
  periodMs?: number;
}

/**
 * How a callback is sent. Absent fields default to those of a published message; retries default
 * to those of the source message.
 */
export interface CallbackSpec {
  /** Absolute http(s) URL, or `strapi:<name>`: a handler registered in the app's own code. */
  url: string;
  method?: string;
  headers?: Record<string, string>;
  /** Names of headers whose values are never shown. */
  secretHeaders?: string[];
  timeoutMs?: number;
  retryPolicy?: RetryPolicy;
  flowControl?: FlowControl;
  /** The callback's own failure callback. Absent: none. */
  failure?: CallbackSpec;
}

export interface CallbackSpecs {
  /** Sent after every attempt. */
  success?: CallbackSpec;
  /** Sent once, when the message has failed. */
  failure?: CallbackSpec;
}

/**
 * Parts of a message that are shown only as a keyed hash. They are stored, signed and sent
 * unchanged.
 */
export interface Redaction {
  body: boolean;
  /** All of the message's own headers, or those named. */
  headers: boolean | string[];
}

/**
 * A message about to be inserted. `request` is null for endpoint messages: the endpoint's current
 * settings apply at each attempt.
 */
export interface NewMessage {
  messageId: string;
  endpointId: number | null;
  /** Names at the time of creation, for display and filters, never for routing. */
  endpointName: string | null;
  topicName: string | null;
  url: string;
  method: string;
  /** Unit of holding and of the parallel limit: `e:<endpoint id>`, or `u:<host>` for a bare URL. */
  lane: string;
  /** The message's own headers in plain text. The store encrypts them. */
  headers: Record<string, string>;
  /** The message's own body, or null for the event's body. */
  body: StoredBody | null;
  rendering?: Rendering | null;
  signatures: SignatureKind[];
  /** Null for endpoint messages: the endpoint's policy and timeout apply. */
  retryPolicy: RetryPolicy | null;
  timeoutMs: number | null;
  notBefore: number;
  labels: string[];
  /** Set when this message is a callback. */
  sourceMessageId: string | null;
  callerIp: string | null;
  /** The message's own callbacks. They override the endpoint's. */
  callbacks?: CallbackSpecs | null;
  /** The FIFO queue: at its end, or at the position of the message that this is a callback of. */
  queue?: { name: string; position?: number } | null;
  flowControl?: FlowControl | null;
  redact?: Redaction | null;
  deduplicationId?: string | null;
  scheduleId?: string | null;
  /** `core/gates/delivery-mode.ts`; absent: not replaced by newer ones. */
  orderKey?: string | null;
  /** Versions of documents that its receiver has once it is delivered; absent: nobody asks. */
  ledger?: readonly LedgerNote[] | null;
}

/** A leased message, with everything an attempt needs from the database. */
export interface ClaimedMessage extends Omit<
  NewMessage,
  'body' | 'labels' | 'callerIp' | 'queue' | 'deduplicationId' | 'orderKey'
> {
  id: number;
  leaseToken: string;
  /** Retries made so far: 0 on the first attempt and after a replay. */
  retried: number;
  /** Attempts made since the message was created, replays included. */
  attempts: number;
  enqueuedAt: number;
  event: {
    id: number;
    name: string;
    uid: string | null;
    entryDocumentId?: string | null;
    entryLocale?: string | null;
    /** Null when the event is not in the database any more. */
    source: EventSource | null;
    occurredAt: number;
    trace?: TraceContext | null;
  };
  body: StoredBody;
  contentType: string;
  rendering?: Rendering | null;
  callerIp?: string | null;
  queue?: { name: string; position: number } | null;
  /** Why the message cannot be sent: its own headers cannot be decrypted. Settled as `blocked`. */
  unreadable?: string;
}

/** TLS settings for one receiver that differ from Node's defaults. PEM texts. */
export interface TlsIdentity {
  /** Hash of these texts. A connection is reused only for the same id. */
  id: string;
  /** Certificate authorities trusted instead of the public ones. */
  ca: string | null;
  /** Client certificate with its chain. */
  certificate: string | null;
  privateKey: string | null;
}

/** The result of an attempt. A sender never throws. */
export type Outcome =
  | {
      kind: 'responded';
      status: number;
      headers: Record<string, string | string[]>;
      body: StoredBody;
      /** The response body was larger than what is kept. */
      bodyTruncated: boolean;
      /** Of a failure: the reason, where the response tells it in a known form. */
      error?: string;
    }
  /** No connection, or it broke before the response was complete. */
  | { kind: 'unreachable'; error: string }
  | { kind: 'timed-out'; error: string }
  /** Refused before a byte was sent: an unsafe address, a secret that cannot be read. */
  | { kind: 'blocked'; error: string };

export type OutcomeKind = Outcome['kind'];

/** The state change that follows an outcome. */
export type Settlement =
  | { to: 'delivered' }
  /** `gone`: the receiver answered 410. Its endpoint is disabled and the message is on hold. */
  | { to: 'pending'; because: 'retry' | 'gone'; notBefore: number; retried: number }
  | { to: 'dead'; because: 'retries-exhausted' | 'non-retryable' | 'blocked' }
  /** A test message that did not arrive. */
  | { to: 'canceled'; because: 'test' };

/** One HTTP exchange, as recorded. */
export interface Attempt {
  number: number;
  startedAt: number;
  durationMs: number;
  outcome: Outcome;
  /** The URL and headers as sent, secrets redacted. */
  request: { url: string; method: string; headers: Record<string, string> };
}

/** A callback about to be inserted. */
export interface NewCallback {
  event: NewEvent;
  message: NewMessage;
}

/** An attempt and its settlement: what the dispatcher hands to the store. */
export interface Settled {
  message: ClaimedMessage;
  attempt: Attempt;
  settlement: Settlement;
  settledAt: number;
  /** Inserted with the settlement, if the lease is still ours. */
  callbacks?: NewCallback[];
}
