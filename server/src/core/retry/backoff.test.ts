import * as fc from 'fast-check';

import {
  DEFAULT_ENDPOINT_POLICY,
  DEFAULT_PUBLISH_POLICY,
  MAX_DELAY_MS,
  STANDARD_LADDER_MS,
  delayBefore,
  maxRetriesOf,
  nominalDelays,
} from './backoff';
import type { RetryPolicy } from '../message/message';

const STANDARD = DEFAULT_ENDPOINT_POLICY;
const QSTASH = DEFAULT_PUBLISH_POLICY;
const NONE: RetryPolicy = { kind: 'preset', preset: 'none' };
const list = (...delaysMs: number[]): RetryPolicy => ({ kind: 'list', delaysMs });
const expression = (text: string, maxRetries = 5): RetryPolicy => ({
  kind: 'expression',
  expression: text,
  maxRetries,
});

const UNSPREAD = { jitter: 0 };
const waitS = (policy: RetryPolicy, retry: number) =>
  Math.floor(delayBefore(policy, retry, UNSPREAD, 0.5) / 1_000);

describe('the standard ladder', () => {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, example schedule
  it.each([
    [1, 5],
    [2, 5 * 60],
    [3, 30 * 60],
    [4, 2 * 3_600],
    [5, 5 * 3_600],
    [6, 10 * 3_600],
    [7, 14 * 3_600],
    [8, 20 * 3_600],
    [9, 24 * 3_600],
    [10, 24 * 3_600],
  ])('retry %i waits %i s', (retry, wait) => expect(waitS(STANDARD, retry)).toBe(wait));

  it('spans 75 h 35 min 5 s', () => {
    const spanMs = nominalDelays(STANDARD).reduce((sum, delayMs) => sum + delayMs, 0);
    expect(spanMs).toBe(((75 * 60 + 35) * 60 + 5) * 1_000);
  });
});

describe("QStash's curve", () => {
  // https://upstash.com/docs/qstash/features/retry, the table under "delay ="
  it.each([
    [1, 12],
    [2, 148],
    [3, 1_808],
    [4, 22_026],
    [5, 86_400],
    [1_000, 86_400],
  ])('retry %i waits %i s', (retry, wait) => expect(waitS(QSTASH, retry)).toBe(wait));
});

describe('maxRetriesOf', () => {
  it.each<[string, RetryPolicy, number]>([
    ['standard', STANDARD, 9],
    ['standard, longer', { kind: 'preset', preset: 'standard', maxRetries: 12 }, 12],
    ['qstash', QSTASH, 3],
    ['qstash, 0 means zero', { kind: 'preset', preset: 'qstash', maxRetries: 0 }, 0],
    ['none', NONE, 0],
    ['list', list(1, 2), 2],
    ['empty list', list(), 0],
    ['expression', expression('1', 7), 7],
  ])('%s', (_, policy, retries) => expect(maxRetriesOf(policy)).toBe(retries));
});

describe('delayBefore', () => {
  it('takes the list in order', () => {
    expect([1, 2, 3].map((retry) => delayBefore(list(10, 20, 30), retry, UNSPREAD, 0))).toEqual([
      10, 20, 30,
    ]);
  });

  it('evaluates an expression with the retries already made', () => {
    const policy = expression('pow(2, retried) * 1000');
    expect([1, 2, 3].map((retry) => delayBefore(policy, retry, UNSPREAD, 0))).toEqual([
      1_000, 2_000, 4_000,
    ]);
  });

  it.each(['1 / retried', 'sqrt(-1 - retried)'])(
    'falls back to the curve when %s is no number',
    (text) => expect(waitS(expression(text), 1)).toBe(12)
  );

  it.each([
    ['-5', 0],
    ['exp(50)', MAX_DELAY_MS],
    ['1.6', 2],
  ])('makes a delay of %s: %i ms', (text, delayMs) =>
    expect(delayBefore(expression(text), 1, UNSPREAD, 0.5)).toBe(delayMs)
  );

  it.each([
    [0, 5_000],
    [4_999, 5_000],
    [60_000, 60_000],
  ])('waits the longer of a hint of %i ms and the schedule', (waitMs, delayMs) => {
    const hint = { waitMs, replacesSchedule: false };
    expect(delayBefore(STANDARD, 1, { hint, jitter: 0 }, 0.5)).toBe(delayMs);
  });

  it('compares the hint with the delay as it is spread', () => {
    const hint = { waitMs: 5_500, replacesSchedule: false };
    expect(delayBefore(STANDARD, 1, { hint, jitter: 0.2 }, 0)).toBe(5_500);
    expect(delayBefore(STANDARD, 1, { hint, jitter: 0.2 }, 0.999_999_999)).toBe(6_000);
  });

  it.each([
    [0, 1_000],
    [7_000, 7_000],
  ])('lets a hint of %i ms replace the schedule, unspread and with a floor', (waitMs, delayMs) => {
    const hint = { waitMs, replacesSchedule: true };
    expect(delayBefore(QSTASH, 3, { hint, jitter: 1 }, 0)).toBe(delayMs);
  });

  it('never waits less than the schedule for a hint, whatever the policy', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(STANDARD, list(1_000, 0, 60_000), expression('retried * 1000')),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(MAX_DELAY_MS),
        (policy, retry, waitMs) => {
          const hint = { waitMs, replacesSchedule: false };
          const hinted = delayBefore(policy, retry, { hint, jitter: 0 }, 0.5);
          expect(hinted).toBeGreaterThanOrEqual(delayBefore(policy, retry, UNSPREAD, 0.5));
          expect(hinted).toBeGreaterThanOrEqual(waitMs);
        }
      )
    );
  });

  it.each([
    [0, 8_000],
    [0.5, 10_000],
    [0.999_999_999, 12_000],
  ])('spreads by the jitter: dice %d', (random, delayMs) =>
    expect(delayBefore(list(10_000), 1, { jitter: 0.2 }, random)).toBe(delayMs)
  );

  it('never leaves one day, nor goes back in time', () => {
    const policy = fc.oneof(
      fc.constant(STANDARD),
      fc.constant(QSTASH),
      fc.array(fc.nat(MAX_DELAY_MS)).map((delaysMs) => list(...delaysMs)),
      fc
        .constantFrom('exp(retried * 20) - 5', '0 - 1000', 'retried / 0')
        .map((text) => expression(text))
    );
    const jitter = fc.double({ min: 0, max: 1, noNaN: true });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        policy,
        fc.integer({ min: 1, max: 200 }),
        jitter,
        random,
        (p, retry, spread, dice) => {
          const delayMs = delayBefore(p, retry, { jitter: spread }, dice);
          expect(Number.isInteger(delayMs)).toBe(true);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(MAX_DELAY_MS);
        }
      )
    );
  });

  it.each([0, -1, 1.5, NaN])('retry %d does not exist', (retry) =>
    expect(() => delayBefore(STANDARD, retry, UNSPREAD, 0)).toThrow(RangeError)
  );
});

it('previews a policy as what would be waited', () => {
  expect(nominalDelays(STANDARD)).toEqual(STANDARD_LADDER_MS);
  expect(nominalDelays(QSTASH)).toEqual([12_182, 148_413, 1_808_042]);
  expect(nominalDelays(expression('1000 * retried', 3))).toEqual([0, 1_000, 2_000]);
  expect(nominalDelays(NONE)).toEqual([]);
});
