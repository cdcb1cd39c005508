/**
 * The state machine: what becomes of a message after an attempt. The only place that decides it.
 *
 *     2xx                                        delivered
 *     410 from an endpoint                       pending, held: the endpoint is disabled, nothing counted
 *     489 with Upstash-NonRetryable-Error: true  dead
 *     blocked by ourselves                       dead: another attempt would meet the same rule
 *     anything else                              pending after a delay, or dead when retries are used up
 *
 * 3xx is a failure like any other: redirects are never followed.
 * Pure: time and dice are arguments.
 */
import { delayBefore, maxRetriesOf } from '../retry/backoff';
import type { Outcome, RetryPolicy, Settlement } from './message';
import { retryAfterMs } from '../retry/retry-after';

const STATUS_GONE = 410;
/** QStash's own status: https://upstash.com/docs/qstash/features/retry, "Preventing retries". */
const STATUS_NON_RETRYABLE = 489;
const NON_RETRYABLE_HEADER = 'upstash-nonretryable-error';

export interface RetryState {
  /** Retries already made. */
  retried: number;
  retryPolicy: RetryPolicy;
  /** Spread of delays, 0 to 1. */
  jitter: number;
  /** Null for a bare URL: there is no endpoint to disable, so its 410 is a failure like any other. */
  endpointId?: number | null;
}

/** Instant and dice of this decision: epoch ms, and a sample of [0, 1). */
export interface World {
  now: number;
  random: number;
}

export function settle(outcome: Outcome, state: RetryState, world: World): Settlement {
  switch (outcome.kind) {
    case 'responded':
      return settleResponse(outcome, state, world);
    case 'unreachable':
    case 'timed-out':
      return retryOrGiveUp(undefined, state, world);
    case 'blocked':
      return { to: 'dead', because: 'blocked' };
  }
}

function settleResponse(
  { status, headers }: Extract<Outcome, { kind: 'responded' }>,
  state: RetryState,
  world: World
): Settlement {
  if (status >= 200 && status < 300) return { to: 'delivered' };
  if (status === STATUS_GONE && state.endpointId !== null) {
    return { to: 'pending', because: 'gone', notBefore: world.now, retried: state.retried };
  }
  if (status === STATUS_NON_RETRYABLE && saysNonRetryable(headers)) {
    return { to: 'dead', because: 'non-retryable' };
  }
  return retryOrGiveUp(retryAfterMs(headers, world.now), state, world);
}

function retryOrGiveUp(
  hintMs: number | undefined,
  { retried, retryPolicy, jitter }: RetryState,
  world: World
): Settlement {
  if (retried >= maxRetriesOf(retryPolicy)) return { to: 'dead', because: 'retries-exhausted' };
  const retry = retried + 1;
  const hints = { retryAfterMs: hintMs, jitter };
  const delayMs = delayBefore(retryPolicy, retry, hints, world.random);
  return { to: 'pending', because: 'retry', notBefore: world.now + delayMs, retried: retry };
}

/** Both are needed, status and header: the header alone is often sent with a 400 that means "later". */
function saysNonRetryable(headers: Record<string, string | string[]>): boolean {
  return Object.entries(headers).some(
    ([name, value]) =>
      name.toLowerCase() === NON_RETRYABLE_HEADER &&
      [value].flat().some((text) => text.trim().toLowerCase() === 'true')
  );
}
