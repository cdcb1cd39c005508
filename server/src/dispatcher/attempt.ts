/**
 * One attempt at one message: prepare, send, decide. Between claim and settlement, holding nothing
 * but the lease: no database connection, no transaction.
 */
import { CoreError } from '../core/errors';
import type { Attempt, ClaimedMessage, Outcome, RetryPolicy, Settled } from '../core/message';
import { settle } from '../core/outcome';
import { redactUrl } from '../core/redact';
import type { Clock, Prepared, Router, Sender } from './ports';

export interface AttemptDependencies {
  router: Router;
  sender: Sender;
  clock: Clock;
  /** A sample of [0, 1). */
  random: () => number;
}

/** `held`: not to be sent now. `aborted`: the signal fired first. Neither counts, both go back as they were. */
export type Attempted = Settled | 'held' | 'aborted';

type Decided = Exclude<Prepared, { kind: 'hold' }>;

/** What cannot be sent is not retried: no policy is asked. */
const NO_RETRIES: RetryPolicy = { kind: 'preset', preset: 'none' };

/** @throws what is no fault of the message: the database gone while its endpoint was looked up. */
export async function attempt(
  message: ClaimedMessage,
  { router, sender, clock, random }: AttemptDependencies,
  signal: AbortSignal
): Promise<Attempted> {
  const startedAt = clock.now();
  const prepared = await prepare(router, message, startedAt);
  if (prepared.kind === 'hold') return 'held';
  const outcome: Outcome | 'aborted' =
    prepared.kind === 'blocked' ? prepared : await sender.send(prepared.request, signal);
  if (outcome === 'aborted') return 'aborted';

  const now = clock.now();
  return {
    message,
    attempt: attemptOf({ message, prepared, outcome, startedAt, now }),
    settlement: settle(outcome, retryStateOf(message, prepared), { now, random: random() }),
    settledAt: now,
  };
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

function attemptOf(done: {
  message: ClaimedMessage;
  prepared: Decided;
  outcome: Outcome;
  startedAt: number;
  now: number;
}): Attempt {
  const { message, prepared, outcome, startedAt, now } = done;
  return {
    number: message.attempts + 1,
    startedAt,
    durationMs: Math.max(0, now - startedAt), // clocks are set back, too
    outcome,
    request:
      prepared.kind === 'request'
        ? prepared.logged
        : { url: redactUrl(message.url), method: message.method, headers: {} },
  };
}

function retryStateOf({ retried, endpointId }: ClaimedMessage, prepared: Decided) {
  return prepared.kind === 'request'
    ? { retried, endpointId, retryPolicy: prepared.retryPolicy, jitter: prepared.jitter }
    : { retried, endpointId, retryPolicy: NO_RETRIES, jitter: 0 };
}
