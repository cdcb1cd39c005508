/**
 * Decides what becomes of a message after an attempt. The only place that does.
 *
 *     2xx                                        delivered
 *     410 from an endpoint                       pending, held: the endpoint is disabled, nothing counted
 *     489 with Upstash-NonRetryable-Error: true  dead
 *     a status that the endpoint names as final  dead
 *     anything else                              pending after a delay, or dead when retries are used up
 *
 * "Anything else" includes redirects, which are never followed, and requests that were blocked before
 * a byte was sent: an address or a key that is wrong today may be right tomorrow.
 *
 * A test message is tried once. If that fails it is canceled: it is no dead letter, and it changes
 * nothing about its endpoint.
 *
 * Pure: time and dice are arguments.
 */
import { delayBefore, maxRetriesOf, type RetryHint } from '../retry/backoff';
import type { Outcome, RetryPolicy, Settled, Settlement } from './message';
import { retryAfterMs, qstashRetryAfterMs } from '../retry/retry-after';

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
  /** Statuses of the endpoint that are not retried, 410 too. */
  finalStatuses?: readonly number[];
  /** A hint of the receiver replaces the schedule, as QStash documents it. Default: it only lengthens the wait. */
  followsQStash?: boolean;
  /** Sent by a person to try an endpoint out. */
  isTest?: boolean;
}

/** Instant and dice of this decision: epoch ms, and a sample of [0, 1). */
export interface World {
  now: number;
  random: number;
}

type Responded = Extract<Outcome, { kind: 'responded' }>;

export function settlementAfter(outcome: Outcome, state: RetryState, world: World): Settlement {
  if (isDelivered(outcome)) return { to: 'delivered' };
  if (state.isTest) return { to: 'canceled', because: 'test' };
  switch (outcome.kind) {
    case 'responded':
      return settleFailure(outcome, state, world);
    case 'blocked':
      return retryOrGiveUp('blocked', undefined, state, world);
    case 'unreachable':
    case 'timed-out':
      return retryOrGiveUp('retries-exhausted', undefined, state, world);
  }
}

/** Its endpoint is to be disabled. */
export const isGone = ({ settlement }: Pick<Settled, 'settlement'>): boolean =>
  settlement.to === 'pending' && settlement.because === 'gone';

/** Does the endpoint keep a ledger, and has its receiver accepted the message? */
export const isNoted = ({ message, settlement }: Settled): boolean =>
  settlement.to === 'delivered' && Boolean(message.ledger);

const isDelivered = (outcome: Outcome): boolean =>
  outcome.kind === 'responded' && outcome.status >= 200 && outcome.status < 300;

function settleFailure(outcome: Responded, state: RetryState, world: World): Settlement {
  const { status, headers } = outcome;
  if (state.finalStatuses?.includes(status)) return { to: 'dead', because: 'non-retryable' };
  if (status === STATUS_GONE && state.endpointId !== null) {
    return { to: 'pending', because: 'gone', notBefore: world.now, retried: state.retried };
  }
  if (status === STATUS_NON_RETRYABLE && saysNonRetryable(headers)) {
    return { to: 'dead', because: 'non-retryable' };
  }
  return retryOrGiveUp('retries-exhausted', hintOf(outcome, state, world.now), state, world);
}

function hintOf(
  outcome: Responded,
  { followsQStash = false }: RetryState,
  now: number
): RetryHint | undefined {
  const waitMs = followsQStash ? qstashRetryAfterMs(outcome, now) : retryAfterMs(outcome, now);
  return waitMs === undefined ? undefined : { waitMs, replacesSchedule: followsQStash };
}

function retryOrGiveUp(
  because: 'retries-exhausted' | 'blocked',
  hint: RetryHint | undefined,
  { retried, retryPolicy, jitter }: RetryState,
  world: World
): Settlement {
  if (retried >= maxRetriesOf(retryPolicy)) return { to: 'dead', because };
  const retry = retried + 1;
  const delayMs = delayBefore(retryPolicy, retry, { hint, jitter }, world.random);
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
