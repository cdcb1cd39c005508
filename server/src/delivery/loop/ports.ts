/**
 * What the delivery loop needs from the world. `services/` supplies the real ones; the loop's own
 * tests, closures.
 */
import type {
  ClaimedMessage,
  NewCallback,
  Outcome,
  OutgoingRequest,
  RetryPolicy,
  Settled,
} from '../../core/message/message';

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
  /** Fence: written with the claim, demanded by `settle` and `release`. Fresh for every claim. */
  token: string;
  /** How many more messages of this lane may be taken. 0: the lane is full, paused or disabled. */
  budget: LaneBudget;
  /**
   * Look for messages in queues and behind flow-control keys even if this process has not heard of
   * any: another one may have put them there. Once a second is enough.
   */
  gates?: boolean;
}

export interface LaneBudget {
  /** For any lane not named below. */
  default: number;
  lanes: ReadonlyMap<string, number>;
}

export interface Store {
  /** Leases due messages, oldest due first. An expired lease is due. Fewer than `limit` means there are no more to be had now. */
  claim(request: ClaimRequest): Promise<ClaimedMessage[]>;

  /** Hands claims back unsent: due again at once, nothing counted. Fenced like `settle`. */
  release(messages: readonly ClaimedMessage[]): Promise<void>;
}

/** The result of settling a group. */
export interface SettleResult {
  /** Ids of the messages that were still ours. The others had lost their lease and are untouched. */
  ours: ReadonlySet<number>;
  /** Endpoints changed, or the plugin's own events were recorded: more may be due. */
  changed: boolean;
}

/** Records attempts and moves their messages on. */
export type Settle = (settled: readonly Settled[]) => Promise<SettleResult>;

/** Nothing got out of here, and it is not the receiver's fault: its message goes back uncounted. */
export interface Cut {
  kind: 'cut';
  error: string;
}

export interface Sender {
  /** One exchange. Never throws; `aborted` when `signal` fired first. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome | Cut | 'aborted'>;
  /** Why nothing gets out, by what was tried last; null when it does. While it does not, one message at a time is tried. */
  problem(): string | null;
  /** Nothing gets out, whatever its scheme. While that is so, one message at a time is tried. */
  isCut(): boolean;
}

export type Prepared =
  | {
      kind: 'request';
      request: OutgoingRequest;
      logged: { url: string; method: string; headers: Record<string, string> };
      retryPolicy: RetryPolicy;
      jitter: number;
    }
  /** For a handler in the host's own code: nothing goes over the network. */
  | {
      kind: 'handler';
      name: string;
      timeoutMs: number;
      logged: { url: string; method: string; headers: Record<string, string> };
      retryPolicy: RetryPolicy;
      jitter: number;
    }
  /** Not to be sent now (its endpoint was paused after the claim): goes back as it was. */
  | { kind: 'hold' }
  /** Cannot be sent as things stand. Settled as an attempt, so that it is seen and retried like any other. */
  | { kind: 'blocked'; error: string; retryPolicy: RetryPolicy; jitter: number };

export interface Router {
  /** Lanes that have a limit of their own, or are held (0); and the limit for all others. */
  laneLimits(): LaneBudget;
  /** Scheme, host and port of its destination as it is now; null for a handler in the host's own code. */
  originOf(message: ClaimedMessage): string | null;
  /** Renders and signs the request from the message and its endpoint as it is now. */
  prepare(message: ClaimedMessage, now: number): Promise<Prepared>;
  /** The callbacks that this attempt causes. */
  callbacks(settled: Settled): NewCallback[];
}

interface HandlerCall {
  message: ClaimedMessage;
  name: string;
  timeoutMs: number;
  /** What is recorded for an outcome. */
  conclude: (outcome: Outcome) => Settled;
}

export type HandlerRun =
  /** It went well and is recorded already; not `ours`: the lease was lost, and nothing happened. */
  | { kind: 'recorded'; settled: Settled; ours: boolean }
  /** It did not, and what it had written is rolled back. */
  | { kind: 'failed'; outcome: Outcome }
  | { kind: 'aborted' };

export interface Handlers {
  /** Runs a handler, and records its outcome in the transaction it writes in: both, or neither. Never throws for the handler. */
  run(call: HandlerCall, signal: AbortSignal): Promise<HandlerRun>;
}
