/**
 * One attempt at one message: prepare, send, decide. Between claim and settlement, holding nothing
 * but the lease: no database connection, no transaction.
 */
import { CoreError } from '../../core/errors';
import type {
  Attempt,
  ClaimedMessage,
  Outcome,
  RetryPolicy,
  Settled,
} from '../../core/message/message';
import { settle } from '../../core/message/outcome';
import { redactUrl } from '../../core/safety/redact';
import type { Clock, Cut, HandlerRun, Handlers, Prepared, Router, Sender } from './ports';

export interface AttemptDependencies {
  router: Router;
  sender: Sender;
  handlers: Handlers;
  clock: Clock;
  /** A sample of [0, 1). */
  random: () => number;
}

/** `held`: not to be sent now. `aborted`: the signal fired first. `Cut`: there is no way out. None counts, all go back as they were. */
export type Attempted = Settled | Recorded | Cut | 'held' | 'aborted';

/** A handler's attempt: it was settled in the handler's own transaction. */
export type Recorded = Extract<HandlerRun, { kind: 'recorded' }>;

type Decided = Exclude<Prepared, { kind: 'hold' }>;

/** What cannot be sent is not retried: no policy is asked. */
const NO_RETRIES: RetryPolicy = { kind: 'preset', preset: 'none' };

/** @throws what is no fault of the message: the database gone while its endpoint was looked up. */
export async function attempt(
  message: ClaimedMessage,
  deps: AttemptDependencies,
  signal: AbortSignal
): Promise<Attempted> {
  const { router, sender, handlers, clock } = deps;
  const startedAt = clock.now();
  const prepared = await prepare(router, message, startedAt);
  const conclude = (decided: Decided, outcome: Outcome): Settled =>
    conclusionOf({ message, prepared: decided, outcome, startedAt }, deps);

  switch (prepared.kind) {
    case 'hold':
      return 'held';
    case 'blocked':
      return conclude(prepared, prepared);
    case 'request': {
      const outcome = await sender.send(prepared.request, signal);
      if (outcome === 'aborted' || outcome.kind === 'cut') return outcome;
      return conclude(prepared, outcome);
    }
    case 'handler': {
      const { name, timeoutMs } = prepared;
      const call = { message, name, timeoutMs, conclude: conclude.bind(null, prepared) };
      const run = await handlers.run(call, signal);
      if (run.kind === 'aborted') return 'aborted';
      return run.kind === 'recorded' ? run : conclude(prepared, run.outcome);
    }
  }
}

interface Done {
  message: ClaimedMessage;
  prepared: Decided;
  outcome: Outcome;
  startedAt: number;
}

function conclusionOf(done: Done, { router, clock, random }: AttemptDependencies): Settled {
  const { message, prepared, outcome } = done;
  const now = clock.now();
  const settled: Settled = {
    message,
    attempt: attemptOf(done, now),
    settlement: settle(outcome, retryStateOf(message, prepared), { now, random: random() }),
    settledAt: now,
  };
  const callbacks = router.callbacks(settled);
  return callbacks.length === 0 ? settled : { ...settled, callbacks };
}

/** What the core cannot work with will not be better next time: recorded as an attempt, seen, replayed when mended. */
async function prepare(router: Router, message: ClaimedMessage, now: number): Promise<Prepared> {
  try {
    return await router.prepare(message, now);
  } catch (error) {
    if (error instanceof CoreError) return { kind: 'blocked', error: error.message };
    throw error;
  }
}

function attemptOf({ message, prepared, outcome, startedAt }: Done, now: number): Attempt {
  return {
    number: message.attempts + 1,
    startedAt,
    durationMs: Math.max(0, now - startedAt), // clocks are set back, too
    outcome,
    request:
      prepared.kind !== 'blocked'
        ? prepared.logged
        : { url: redactUrl(message.url), method: message.method, headers: {} },
  };
}

function retryStateOf({ retried, endpointId }: ClaimedMessage, prepared: Decided) {
  return prepared.kind !== 'blocked'
    ? { retried, endpointId, retryPolicy: prepared.retryPolicy, jitter: prepared.jitter }
    : { retried, endpointId, retryPolicy: NO_RETRIES, jitter: 0 };
}
