/**
 * Checks a retry policy that somebody wrote, before it is stored. What a policy does is `backoff.ts`.
 *
 * Strict: an unknown key is refused rather than ignored, because a misspelt `maxRetries` would
 * otherwise be found out during an outage.
 */
import { parseDelayExpression } from './delay-expression';
import { DAY_MS } from '../time';
import { CoreError } from '../errors';
import type { RetryPolicy } from '../message/message';

export const MAX_RETRIES = 100;

const PRESETS = ['standard', 'qstash', 'none'] as const;

type Preset = (typeof PRESETS)[number];
type Input = Record<string, unknown>;

/**
 * @param field where the policy stands in the caller's input: `retryPolicy`.
 * @throws CoreError `INVALID_RETRY_POLICY`, `INVALID_EXPRESSION`; its field is the exact part.
 */
export function validateRetryPolicy(input: unknown, field: string): RetryPolicy {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalid('must be an object with a kind: preset, list or expression', field);
  }
  const policy = input as Input;
  switch (policy.kind) {
    case 'preset':
      return presetPolicy(policy, field);
    case 'list':
      return listPolicy(policy, field);
    case 'expression':
      return expressionPolicy(policy, field);
    default:
      throw invalid('must be preset, list or expression', `${field}.kind`);
  }
}

function presetPolicy(policy: Input, field: string): RetryPolicy {
  refuseUnknownKeys(policy, ['kind', 'preset', 'maxRetries'], field);
  const { preset, maxRetries } = policy;
  if (!isPreset(preset)) throw invalid(`must be one of ${PRESETS.join(', ')}`, `${field}.preset`);
  if (maxRetries === undefined) return { kind: 'preset', preset };
  const checked = retries(maxRetries, `${field}.maxRetries`);
  if (preset === 'none' && checked > 0) {
    throw invalid('cannot be more than 0 with the preset "none"', `${field}.maxRetries`);
  }
  return { kind: 'preset', preset, maxRetries: checked };
}

function listPolicy(policy: Input, field: string): RetryPolicy {
  refuseUnknownKeys(policy, ['kind', 'delaysMs'], field);
  const listed: unknown = policy.delaysMs;
  if (!Array.isArray(listed) || listed.length > MAX_RETRIES) {
    throw invalid(`must be a list of at most ${MAX_RETRIES} delays`, `${field}.delaysMs`);
  }
  const delaysMs = listed.map((delayMs: unknown, index) => {
    if (isWholeNumber(delayMs, DAY_MS)) return delayMs;
    throw invalid(
      `must be a whole number of milliseconds from 0 to ${DAY_MS} (one day)`,
      `${field}.delaysMs.${index}`
    );
  });
  return { kind: 'list', delaysMs };
}

function expressionPolicy(policy: Input, field: string): RetryPolicy {
  refuseUnknownKeys(policy, ['kind', 'expression', 'maxRetries'], field);
  const { expression } = policy;
  if (typeof expression !== 'string') throw invalid('must be a text', `${field}.expression`);
  parseDelayExpression(expression, `${field}.expression`);
  const maxRetries = retries(policy.maxRetries, `${field}.maxRetries`);
  return { kind: 'expression', expression, maxRetries };
}

function retries(value: unknown, field: string): number {
  if (isWholeNumber(value, MAX_RETRIES)) return value;
  throw invalid(`must be a whole number from 0 to ${MAX_RETRIES}`, field);
}

function isWholeNumber(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

function isPreset(value: unknown): value is Preset {
  return PRESETS.some((preset) => preset === value);
}

function refuseUnknownKeys(policy: Input, known: readonly string[], field: string): void {
  const unknown = Object.keys(policy).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw invalid(`is not known here; known are ${known.join(', ')}`, `${field}.${unknown}`);
  }
}

function invalid(problem: string, field: string): CoreError {
  return new CoreError('INVALID_RETRY_POLICY', `${field} ${problem}`, field);
}
