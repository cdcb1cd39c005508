/** Makes one attempt: prepare, send, decide. Holds only the lease: no database connection, no transaction. */
import { CoreError } from '../../core/errors';
import type { Attempt, ClaimedMessage, Outcome, Settled } from '../../core/message/message';
import { settlementAfter, type RetryState } from '../../core/message/outcome';
import { redactUrl } from '../../core/safety/redact';
import { NO_RETRIES } from '../../core/retry/backoff';
import type { Clock, Cut, HandlerRun, Handlers, Prepared, Router, Sender } from './ports';

interface AttemptDependencies {
  router: Router;
  sender: Sender;
  handlers: Handlers;
  clock: Clock;
  /** A sample of [0, 1). */
  random: () => number;
}

/** The result of an attempt. After `cut`, `held` and `aborted` the message is handed back, uncounted. */
type Attempted =
  /** To be settled. */
  | { kind: 'concluded'; settled: Settled }
  /** Settled in the transaction of its handler. */
  | Recorded
  /** No request gets out. */
  | Cut
  /** Not to be sent now. */
  | { kind: 'held' }
  /** The signal fired first. */
  | { kind: 'aborted' };

type Recorded = Extract<HandlerRun, { kind: 'recorded' }>;
export type Decided = Exclude<Prepared, { kind: 'hold' }>;

/** @throws errors that do not concern the message, such as an unreachable database. */
export async function attempt(
  message: ClaimedMessage,
  deps: AttemptDependencies,
  signal: AbortSignal
): Promise<Attempted> {
  const { router, sender, handlers, clock } = deps;
  const startedAt = clock.now();
  const prepared = await decided(() => router.prepare(message, startedAt));
  const conclude = (decided: Decided, outcome: Outcome): Settled =>
    conclusionOf({ message, prepared: decided, outcome, startedAt }, deps);
  const concluded = (decided: Decided, outcome: Outcome): Attempted => ({
    kind: 'concluded',
    settled: conclude(decided, outcome),
  });

  switch (prepared.kind) {
    case 'hold':
      return { kind: 'held' };
    case 'blocked':
      return concluded(prepared, { kind: 'blocked', error: prepared.error });
    case 'request': {
      const outcome = await sender.send(prepared.request, signal);
      if (outcome === 'aborted') return { kind: 'aborted' };
      return outcome.kind === 'cut' ? outcome : concluded(prepared, outcome);
    }
    case 'handler': {
      const { name, timeoutMs } = prepared;
      const call = { message, name, timeoutMs, conclude: conclude.bind(null, prepared) };
      const run = await handlers.run(call, signal);
      return run.kind === 'failed' ? concluded(prepared, run.outcome) : run;
    }
  }
}

interface Done {
  message: ClaimedMessage;
  prepared: Decided;
  outcome: Outcome;
  startedAt: number;
}

type ConclusionDependencies = Pick<AttemptDependencies, 'clock' | 'random'> & {
  router: Pick<Router, 'callbacks'>;
};

/** The record of an attempt, and the state that follows. */
export function conclusionOf(
  done: Done,
  { router, clock, random }: ConclusionDependencies
): Settled {
  const { message, prepared, outcome } = done;
  const now = clock.now();
  const settled: Settled = {
    message,
    attempt: attemptOf(done, now),
    settlement: settlementAfter(outcome, retryStateOf(message, prepared), {
      now,
      random: random(),
    }),
    settledAt: now,
  };
  const callbacks = router.callbacks(settled);
  return callbacks.length === 0 ? settled : { ...settled, callbacks };
}

/** Invalid settings are recorded as an attempt, so that they are visible. The message can be replayed when they are corrected. */
export async function decided(prepare: () => Promise<Prepared>): Promise<Prepared> {
  try {
    return await prepare();
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { kind: 'blocked', error: error.message, retryPolicy: NO_RETRIES, jitter: 0 };
  }
}

function attemptOf({ message, prepared, outcome, startedAt }: Done, now: number): Attempt {
  return {
    number: message.attempts + 1,
    startedAt,
    durationMs: Math.max(0, now - startedAt), // the clock may be set back
    outcome,
    request:
      prepared.kind !== 'blocked'
        ? prepared.logged
        : { url: redactUrl(message.url), method: message.method, headers: {} },
  };
}

function retryStateOf(message: ClaimedMessage, prepared: Decided): RetryState {
  const { retried, endpointId, event } = message;
  const { retryPolicy, jitter } = prepared;
  const isQStashs = retryPolicy.kind === 'preset' && retryPolicy.preset === 'qstash';
  return {
    retried,
    endpointId,
    retryPolicy,
    jitter,
    ...(prepared.kind === 'request' &&
      prepared.finalStatuses !== undefined && { finalStatuses: prepared.finalStatuses }),
    // An endpoint's own schedule is kept, even for what was published over the QStash API.
    followsQStash: event.source === 'api' && (isQStashs || message.retryPolicy !== null),
    isTest: event.source === 'test',
  };
}
