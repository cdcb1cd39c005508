/**
 * Ports: the needs of the delivery loop. `runtime/` supplies them; unit tests use
 * closures.
 */
import type {
  ClaimedMessage,
  NewCallback,
  Outcome,
  RetryPolicy,
  Settled,
} from '../../core/message/message';
import type { OutgoingRequest } from '../../core/message/request';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface Log {
  debug(message: string, meta?: object): void;
  info(message: string, meta?: object): void;
  warn(message: string, meta?: object): void;
  error(message: string, meta?: object): void;
}

export interface ClaimRequest {
  /** Maximum number of messages. */
  limit: number;
  now: number;
  /** The lease ends at `now + leaseMs`. */
  leaseMs: number;
  /** Fence: written by the claim, required by `settle` and `release`. New for every claim. */
  token: string;
  /**
   * How many more messages of each lane may be claimed. 0: the lane is full, paused or disabled.
   */
  budget: LaneBudget;
  /**
   * Look in queues and behind flow-control keys even without a change on this node, since another
   * one may have added messages. Once a second is enough.
   */
  gates?: boolean;
  /** Called with the instant at which a flow-control key without room has some again. */
  onClosed?: (until: number) => void;
}

export interface LaneBudget {
  /** For any lane not named below. */
  default: number;
  lanes: ReadonlyMap<string, number>;
  /** Messages of a lane that may be sent now, however many are in flight. Absent: any number. */
  rates?: ReadonlyMap<string, number>;
}

export interface Store {
  /**
   * Leases due messages, oldest first. An expired lease is due. Fewer than `limit`: no more are
   * available.
   */
  claim(request: ClaimRequest): Promise<ClaimedMessage[]>;

  /** Returns claimed messages unsent: due at once, nothing counted. Fenced like `settle`. */
  release(messages: readonly ClaimedMessage[]): Promise<void>;
}

/** The result of settling a group. */
export interface SettleResult {
  /** Ids of the messages that were still leased. The others are unchanged. */
  ours: ReadonlySet<number>;
  /** Endpoints changed, or the plugin's own events were recorded: more may be due. */
  changed: boolean;
}

/** Records attempts and moves their messages on. */
export type Settle = (settled: readonly Settled[]) => Promise<SettleResult>;

/**
 * No request leaves this node, through no fault of the receiver. The message is returned uncounted.
 */
export interface Cut {
  kind: 'cut';
  error: string;
}

export interface Sender {
  /** One exchange. Never throws; `aborted` when `signal` fired first. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome | Cut | 'aborted'>;
  /**
   * Why requests cannot leave this node, according to the last try; null when they can. Meanwhile
   * one message at a time is tried.
   */
  problem(): string | null;
  /**
   * Whether no request leaves this node, with either scheme. Meanwhile one message at a time is
   * tried.
   */
  isCut(): boolean;
}

export type Prepared =
  | {
      kind: 'request';
      request: OutgoingRequest;
      logged: { url: string; method: string; headers: Record<string, string> };
      retryPolicy: RetryPolicy;
      jitter: number;
      /** Statuses of the endpoint that are not retried. */
      finalStatuses?: readonly number[];
    }
  /** For a handler in the app's own code, without network. */
  | {
      kind: 'handler';
      name: string;
      timeoutMs: number;
      logged: { url: string; method: string; headers: Record<string, string> };
      retryPolicy: RetryPolicy;
      jitter: number;
    }
  /**
   * Not now, because its endpoint was paused after the claim. The message is returned unchanged.
   */
  | { kind: 'hold' }
  /**
   * Cannot be sent with the current settings. Settled as an attempt, so that it is visible and
   * retried.
   */
  | { kind: 'blocked'; error: string; retryPolicy: RetryPolicy; jitter: number };

export interface Router {
  /** Limits of lanes that differ from the default; 0 for lanes on hold. */
  laneLimits(): LaneBudget;
  /** Current scheme, host and port of the destination; null for a handler in the app's own code. */
  originOf(message: ClaimedMessage): string | null;
  /** Renders and signs the request with the endpoint's current settings. */
  prepare(message: ClaimedMessage, now: number): Promise<Prepared>;
  /** Callbacks that this attempt causes. */
  callbacks(settled: Settled): NewCallback[];
}

interface HandlerCall {
  message: ClaimedMessage;
  name: string;
  timeoutMs: number;
  /** The record of an outcome. */
  conclude: (outcome: Outcome) => Settled;
}

export type HandlerRun =
  /** Succeeded and already recorded. Not `ours`: the lease was lost, and nothing was written. */
  | { kind: 'recorded'; settled: Settled; ours: boolean }
  /** Failed, and its writes are rolled back. */
  | { kind: 'failed'; outcome: Outcome }
  | { kind: 'aborted' };

export interface Handlers {
  /**
   * Runs a handler, and records its outcome in the transaction of its writes. Never throws for an
   * error of the handler.
   */
  run(call: HandlerCall, signal: AbortSignal): Promise<HandlerRun>;
}
