/**
 * How long a failed message waits before its next attempt, and how often it may try.
 *
 * Sources: the example schedule of Standard Webhooks 1.0.0 (`spec/standard-webhooks.md`,
 * "Deliverability and reliability") and QStash's curve
 * (https://upstash.com/docs/qstash/features/retry); their tables are this module's test vectors.
 *
 * Units: durations are whole milliseconds; a `retry` counts from 1 (1 follows the first attempt).
 * Pure: the dice are an argument, so equal inputs give equal outputs.
 */
import { parseDelayExpression } from './delay-expression';
import type { RetryPolicy } from '../message/message';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time';

export { validateRetryPolicy } from './retry-policy';

/** The longest wait between two attempts: one day, whatever the curve or the receiver asks for. */
export const MAX_DELAY_MS = DAY_MS;

/** 75 h 35 min 5 s in all: a receiver that breaks on Friday evening is still tried on Monday. */
export const STANDARD_LADDER_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

const QSTASH_DEFAULT_RETRIES = 3;

/** Endpoints made in the panel. */
export const DEFAULT_ENDPOINT_POLICY: RetryPolicy = { kind: 'preset', preset: 'standard' };
/** Messages that can never be sent. */
export const NO_RETRIES: RetryPolicy = { kind: 'preset', preset: 'none' };
/** Messages published through the QStash API. */
export const DEFAULT_PUBLISH_POLICY: RetryPolicy = { kind: 'preset', preset: 'qstash' };

/** The shortest wait that a hint may ask for: a receiver that answers "0" is not called in a tight loop. */
export const MIN_HINT_MS = SECOND_MS;

/** The wait that the last response asked for. */
export interface RetryHint {
  waitMs: number;
  /**
   * False: the wait is the longer of hint and schedule, so a hint never makes an endpoint give up
   * early. True: the hint takes the place of the schedule, as QStash documents it.
   */
  replacesSchedule: boolean;
}

export interface DelayOptions {
  hint?: RetryHint;
  /** Spread as a fraction of the delay, 0 (none) to 1, so that one outage does not return as one herd. */
  jitter: number;
}

/** Retries a message may make: one less than its attempts. */
export function maxRetriesOf(policy: RetryPolicy): number {
  switch (policy.kind) {
    case 'list':
      return policy.delaysMs.length;
    case 'expression':
      return policy.maxRetries;
    case 'preset':
      switch (policy.preset) {
        case 'standard':
          return policy.maxRetries ?? STANDARD_LADDER_MS.length;
        case 'qstash':
          return policy.maxRetries ?? QSTASH_DEFAULT_RETRIES;
        case 'none':
          return 0;
      }
  }
}

/**
 * The wait before retry number `retry`.
 *
 * @param random a sample of the uniform distribution on [0, 1); 0.5 means "no spread".
 * @returns whole milliseconds in [0, MAX_DELAY_MS].
 */
export function delayBefore(
  policy: RetryPolicy,
  retry: number,
  { hint, jitter }: DelayOptions,
  random: number
): number {
  if (!Number.isInteger(retry) || retry < 1) {
    throw new RangeError(`retry must be an integer of at least 1, got ${retry}`);
  }
  if (hint?.replacesSchedule) return clampDelay(Math.max(hint.waitMs, MIN_HINT_MS));
  const scheduled = scheduledMs(policy, retry) * (1 + jitter * (2 * random - 1));
  return clampDelay(Math.max(scheduled, hint?.waitMs ?? 0));
}

/** The delays of a policy without spread and hints: what the panel shows as its preview. */
export function nominalDelays(policy: RetryPolicy): number[] {
  return Array.from({ length: maxRetriesOf(policy) }, (_, index) =>
    clampDelay(scheduledMs(policy, index + 1))
  );
}

function scheduledMs(policy: RetryPolicy, retry: number): number {
  switch (policy.kind) {
    case 'list':
      return rung(policy.delaysMs, retry);
    case 'expression':
      return expressionMs(policy.expression, retry);
    case 'preset':
      return policy.preset === 'standard' ? rung(STANDARD_LADDER_MS, retry) : qstashCurveMs(retry);
  }
}

/** Beyond its end a ladder stays on its last rung: a policy may ask for more retries than there are rungs. */
function rung(ladderMs: readonly number[], retry: number): number {
  return ladderMs[retry - 1] ?? ladderMs.at(-1) ?? 0;
}

/** `min(1 day, e^(2.5·retry) s)`. */
function qstashCurveMs(retry: number): number {
  return Math.min(MAX_DELAY_MS, Math.exp(2.5 * retry) * SECOND_MS);
}

/** `1 / retried` is infinite on the first retry and `sqrt(-1)` is no number: neither may strand a message. */
function expressionMs(expression: string, retry: number): number {
  const delayMs = parseDelayExpression(expression)(retry - 1);
  return Number.isFinite(delayMs) ? delayMs : qstashCurveMs(retry);
}

/** Rounds and caps; negatives become 0, "now". */
function clampDelay(delayMs: number): number {
  return delayMs > 0 ? Math.min(Math.round(delayMs), MAX_DELAY_MS) : 0;
}
