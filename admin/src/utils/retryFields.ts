/**
 * Converts a retry policy between the form and the admin API. Input for each kind is kept while
 * another is chosen. Field names match the server's errors (`retryPolicy.expression`). Pure.
 */
import { formatDelays, parseDelays } from './delayList';

import type { RetryPolicy } from '../../../server/src/panel/contract';

export const RETRY_KINDS = ['standard', 'qstash', 'list', 'expression', 'none'] as const;
export type RetryKind = (typeof RETRY_KINDS)[number];

export interface RetryFields {
  /** `inherited`: no policy of its own. */
  kind: RetryKind | 'inherited';
  /** As typed: `5s, 5m, 30m`. */
  delaysMs: string;
  expression: string;
  /** Null: the preset's number. */
  maxRetries: number | null;
}

const FRESH: RetryFields = {
  kind: 'standard',
  delaysMs: '5s, 1m, 10m, 1h',
  expression: 'pow(2, retried) * 1000',
  maxRetries: null,
};

const DEFAULT_EXPRESSION_RETRIES = 5;

/** @param policy null: inherited; undefined: default of a new endpoint. */
export const retryFieldsOf = (policy: RetryPolicy | null | undefined): RetryFields => {
  if (policy === null) return { ...FRESH, kind: 'inherited' };
  switch (policy?.kind) {
    case undefined:
      return FRESH;
    case 'preset':
      return { ...FRESH, kind: policy.preset, maxRetries: policy.maxRetries ?? null };
    case 'list':
      return { ...FRESH, kind: 'list', delaysMs: formatDelays(policy.delaysMs) };
    case 'expression': {
      const { expression, maxRetries } = policy;
      return { ...FRESH, kind: 'expression', expression, maxRetries };
    }
  }
};

/** @returns the policy (null: inherited), or the invalid part of the list of delays. */
export const retryPolicyOf = (
  fields: RetryFields
): { policy: RetryPolicy | null } | { badPart: string } => {
  const { kind, expression, maxRetries } = fields;
  switch (kind) {
    case 'inherited':
      return { policy: null };
    case 'none':
      return { policy: { kind: 'preset', preset: 'none' } };
    case 'standard':
    case 'qstash':
      return {
        policy: { kind: 'preset', preset: kind, ...(maxRetries !== null && { maxRetries }) },
      };
    case 'expression': {
      const retries = maxRetries ?? DEFAULT_EXPRESSION_RETRIES;
      return { policy: { kind, expression, maxRetries: retries } };
    }
    case 'list': {
      const parsed = parseDelays(fields.delaysMs);
      return 'badPart' in parsed ? parsed : { policy: { kind, delaysMs: parsed.delaysMs } };
    }
  }
};
