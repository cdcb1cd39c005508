/**
 * The shapes that travel from a content change to the receiver, as the core sees them.
 *
 * Instants are epoch milliseconds, durations whole milliseconds. Row shapes (column names, driver
 * quirks) are `store/sql/rows.ts`'s business, wire shapes `contract.ts`'s and `qstash/`'s.
 */

import type { TraceContext } from '../trace-context';

export const MESSAGE_STATES = ['pending', 'active', 'delivered', 'dead', 'canceled'] as const;
/** `pending` (due at `notBefore`) → `active` (leased) → `delivered`, `pending` again, or `dead`. */
export type MessageState = (typeof MESSAGE_STATES)[number];

export const FINISHED_STATES = ['delivered', 'dead', 'canceled'] as const;

/** How an exact body is kept in a text column: as it is, or base64 when it is not valid UTF-8. */
export type BodyEncoding = 'utf8' | 'base64';

export interface StoredBody {
  text: string;
  encoding: BodyEncoding;
}

/** Who made the change that caused an event. `none` is cron, bootstrap, the console. */
export interface Actor {
  kind: 'admin' | 'api-token' | 'admin-token' | 'user' | 'none';
  /** Row id of the admin user, API token or users-permissions user; absent for `none`. */
  id?: number;
  /** What a person would recognise: the name or e-mail of a user, the name of a token. */
  label?: string;
}

export type EventSource =
  'content' | 'media' | 'hub' | 'api' | 'code' | 'schedule' | 'callback' | 'test';

/** Something that happened, before any subscriber is known. The body is frozen: these exact bytes are signed and sent. */
export interface NewEvent {
  /** `entry.publish`, `media.create`, `releases.publish`, or a name of the host's own. */
  name: string;
  /** Content type the event is about, `api::article.article`; null for events without one. */
  uid: string | null;
  /** Strapi document id of the entry, when there is one. */
  entryDocumentId: string | null;
  entryLocale: string | null;
  body: StoredBody;
  contentType: string;
  actor: Actor;
  source: EventSource;
  occurredAt: number;
  /** Of the request that made the change. */
  trace?: TraceContext | null;
}

/** When a message is tried again. Stored with the message as JSON, so that a change of an endpoint's policy reads from one place. */
export type RetryPolicy =
  /** One of the named schedules of `core/retry/backoff.ts`. */
  | { kind: 'preset'; preset: 'standard' | 'qstash' | 'none'; maxRetries?: number }
  /** Explicit waits, ms; the list's length is the number of retries. */
  | { kind: 'list'; delaysMs: number[] }
  /** QStash's delay expression in `retried`, its value in ms. */
  | { kind: 'expression'; expression: string; maxRetries: number };

export const SIGNATURE_KINDS = ['standard', 'jwt', 'jwt-eddsa'] as const;
/** Which signatures a request carries: `standard` is Standard Webhooks v1; either `jwt` is an `Upstash-Signature`, by shared key or by key pair. */
export type SignatureKind = (typeof SIGNATURE_KINDS)[number];

/** What messages that share a key may do together, on all nodes. A limit that is absent is as the key has it already. */
export interface FlowControl {
  key: string;
  /** Sent and not yet answered. */
  parallelism?: number;
  /** Sent in each period. */
  rate?: number;
  /** Default: one second. */
  periodMs?: number;
}

/** How a callback is sent. What is absent is as for a published message; retries as the message's it is about. */
export interface CallbackSpec {
  /** Absolute http(s) URL, or `strapi:<name>`: a handler registered in the host's own code. */
  url: string;
  method?: string;
  headers?: Record<string, string>;
  /** Names of headers whose values are shown to nobody. */
  secretHeaders?: string[];
  timeoutMs?: number;
  retryPolicy?: RetryPolicy;
  flowControl?: FlowControl;
  /** The callback's own failure callback. Without it, a callback has none. */
  failure?: CallbackSpec;
}

export interface CallbackSpecs {
  /** After every attempt, whatever it came to. */
  success?: CallbackSpec;
  /** Once, when the message is dead. */
  failure?: CallbackSpec;
}

/** What is shown of a message only as a keyed hash. It is stored, signed and sent as it is. */
export interface Redaction {
  body: boolean;
  /** All headers of its own, or those named. */
  headers: boolean | string[];
}

/** A message about to be inserted. Endpoint messages leave `request` null: the endpoint's current settings apply at each attempt. */
export interface NewMessage {
  messageId: string;
  endpointId: number | null;
  /** Names as they were when the message was made; for people and filters, never for routing. */
  endpointName: string | null;
  topicName: string | null;
  url: string;
  method: string;
  /** Unit of holding and of the parallel limit: `e:<endpoint id>`, or `u:<host>` for a bare URL. */
  lane: string;
  /** Headers of this message's own (published with it), plain; the store keeps them encrypted. */
  headers: Record<string, string>;
  /** Own body when it differs from the event's; null means the event's. */
  body: StoredBody | null;
  signatures: SignatureKind[];
  /** Null for endpoint messages: the endpoint's policy and timeout apply. */
  retryPolicy: RetryPolicy | null;
  timeoutMs: number | null;
  notBefore: number;
  labels: string[];
  /** Set when this message is the callback of another one. */
  sourceMessageId: string | null;
  callerIp: string | null;
  /** Of its own. An endpoint's apply besides. */
  callbacks?: CallbackSpecs | null;
  /** The FIFO queue it waits in: at its end, or with the message whose callback it is. */
  queue?: { name: string; position?: number } | null;
  flowControl?: FlowControl | null;
  redact?: Redaction | null;
  deduplicationId?: string | null;
  scheduleId?: string | null;
}

/** A message as it is leased to this process, with everything an attempt needs from the database. */
export interface ClaimedMessage {
  id: number;
  messageId: string;
  leaseToken: string;
  endpointId: number | null;
  endpointName: string | null;
  topicName: string | null;
  url: string;
  method: string;
  lane: string;
  headers: Record<string, string>;
  signatures: SignatureKind[];
  retryPolicy: RetryPolicy | null;
  timeoutMs: number | null;
  /** Retries already made: 0 on the first attempt (and again after a replay). */
  retried: number;
  /** Attempts made since the message was created, replays included; the next attempt's number is one more. */
  attempts: number;
  notBefore: number;
  enqueuedAt: number;
  sourceMessageId: string | null;
  event: {
    id: number;
    name: string;
    uid: string | null;
    occurredAt: number;
    trace?: TraceContext | null;
  };
  body: StoredBody;
  contentType: string;
  callerIp?: string | null;
  callbacks?: CallbackSpecs | null;
  queue?: { name: string; position: number } | null;
  flowControl?: FlowControl | null;
  redact?: Redaction | null;
  scheduleId?: string | null;
  /** Why it cannot be sent as it stands, though it was claimed: its own headers cannot be decrypted. To be settled as `blocked`. */
  unreadable?: string;
}

/** TLS to one receiver, where it is not what Node does anyway. PEM texts. */
export interface TlsIdentity {
  /** Of these texts: connections made under another one are not used. */
  id: string;
  /** Trusted instead of the public authorities. */
  ca: string | null;
  /** With its chain; shown to a receiver that asks for one. */
  certificate: string | null;
  privateKey: string | null;
}

/** The request as it goes on the wire: already signed, headers final. */
export interface OutgoingRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Buffer;
  /** Deadline over the whole exchange, body included. */
  timeoutMs: number;
  tls?: TlsIdentity | null;
}

/** What an attempt came to. Everything here is data: a sender never throws. */
export type Outcome =
  | {
      kind: 'responded';
      status: number;
      headers: Record<string, string | string[]>;
      body: StoredBody;
      /** The receiver sent more than is kept. */
      bodyTruncated: boolean;
    }
  /** No connection, or one that broke before a response was complete. */
  | { kind: 'unreachable'; error: string }
  | { kind: 'timed-out'; error: string }
  /** Refused by us before a byte was sent: unsafe address, secret that cannot be read. */
  | { kind: 'blocked'; error: string };

export type OutcomeKind = Outcome['kind'];

/** The transition that follows an outcome. */
export type Settlement =
  | { to: 'delivered' }
  /** `gone`: the receiver answered 410, its endpoint is disabled and the message held. */
  | { to: 'pending'; because: 'retry' | 'gone'; notBefore: number; retried: number }
  | { to: 'dead'; because: 'retries-exhausted' | 'non-retryable' | 'blocked' };

/** One HTTP exchange, as it is recorded. */
export interface Attempt {
  number: number;
  startedAt: number;
  durationMs: number;
  outcome: Outcome;
  /** What was sent, for the log: the URL and headers, secrets redacted. */
  request: { url: string; method: string; headers: Record<string, string> };
}

/** A callback on its way into the store. */
export interface NewCallback {
  event: NewEvent;
  message: NewMessage;
}

/** An attempt and what follows from it: the unit the dispatcher hands to the store. */
export interface Settled {
  message: ClaimedMessage;
  attempt: Attempt;
  settlement: Settlement;
  settledAt: number;
  /** Written with the settlement, if it is still ours to make. */
  callbacks?: NewCallback[];
}
