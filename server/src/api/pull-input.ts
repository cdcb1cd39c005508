/** Checks the settings of an endpoint whose receiver claims its messages, and the input of claims and reports. */
import { z } from 'zod';

import { CoreError } from '../core/errors';
import { isPulled, TEMPORARY_MS, type PullReport } from '../core/message/pull';
import { SECOND_MS } from '../core/time';
import type { EndpointRecord } from '../store/types';
import { parseInput, valueOf } from './input';
import { text } from './schemas';
import type { EndpointInput } from './types';

/** Settings of requests that this server makes. */
const OF_SENDING = ['timeoutMs', 'maxParallel', 'rateLimit', 'tls'] as const;

const MAX_MESSAGES = 100;
const DEFAULT_MESSAGES = 10;
const MAX_WAIT_S = 60;
const MAX_LEASE_S = 3_600;
const MAX_RETRY_AFTER_S = 86_400;
const MAX_REPORTED_LENGTH = 1_048_576;
const MAX_ERROR_LENGTH = 1_000;
/** Statuses with which a receiver may ask for a longer wait. */
const ASKING = [429, 503];

const claimInput = (leaseMs: number) =>
  z.strictObject({
    max: z.number().int().min(1).max(MAX_MESSAGES).default(DEFAULT_MESSAGES),
    waitS: z.number().min(0).max(MAX_WAIT_S).default(0),
    leaseS: z
      .number()
      .min(1)
      .max(MAX_LEASE_S)
      .default(leaseMs / SECOND_MS),
  });

const report = z.strictObject({
  id: text,
  lease: text,
  outcome: z.enum(['delivered', 'failed']),
  status: z.number().int().min(100).max(599).optional(),
  body: z.string().max(MAX_REPORTED_LENGTH).optional(),
  retryAfterS: z.number().int().min(0).max(MAX_RETRY_AFTER_S).optional(),
  error: z.string().min(1).max(MAX_ERROR_LENGTH).optional(),
}) satisfies z.ZodType<PullReport>;

const reports = z.array(report).min(1).max(MAX_MESSAGES);

/** @throws CoreError naming the setting. */
export function checkPulled(
  given: Partial<EndpointInput>,
  stored: EndpointRecord | undefined
): void {
  const field = OF_SENDING.find((name) => {
    const value: unknown = valueOf<unknown>(given[name], stored?.[name], null);
    return value !== null;
  });
  if (field === undefined) return;
  const problem = `does not apply to an endpoint with the URL pull:, whose receiver asks for messages`;
  throw new CoreError('INVALID_VALUE', problem, field);
}

/** @throws CoreError INVALID_VALUE for an endpoint that is sent its messages. */
export function firstExpiry(url: string, now: number): number {
  if (isPulled({ url })) return now + TEMPORARY_MS;
  const problem = 'is for an endpoint with the URL pull:';
  throw new CoreError('INVALID_VALUE', problem, 'temporary');
}

/** @throws CoreError naming the field. */
export function parseClaim(input: unknown, leaseMs: number) {
  const { max, waitS, leaseS } = parseInput(claimInput(leaseMs), input);
  return { max, waitMs: waitS * SECOND_MS, leaseMs: leaseS * SECOND_MS };
}

/** @throws CoreError naming the field: `0.status`. */
export function parseReports(input: unknown): PullReport[] {
  const parsed = parseInput(reports, input);
  parsed.forEach((one, index) => {
    const problem = problemOf(one, parsed.slice(0, index));
    if (problem !== null) {
      throw new CoreError('INVALID_VALUE', problem.message, `${index}.${problem.field}`);
    }
  });
  return parsed;
}

interface Problem {
  field: keyof PullReport;
  message: string;
}

function problemOf(one: PullReport, before: readonly PullReport[]): Problem | null {
  if (before.some(({ id }) => id === one.id)) return { field: 'id', message: 'is listed twice' };
  return one.outcome === 'delivered' ? problemOfDelivered(one) : problemOfFailed(one);
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function problemOfDelivered({ status, retryAfterS, error }: PullReport): Problem | null {
  if (error !== undefined) return { field: 'error', message: 'is for outcome "failed"' };
  if (retryAfterS !== undefined) {
    return { field: 'retryAfterS', message: 'is for outcome "failed"' };
  }
  if (status === undefined || isSuccess(status)) return null;
  return { field: 'status', message: 'must be 2xx for outcome "delivered"' };
}

function problemOfFailed({ status, body, retryAfterS, error }: PullReport): Problem | null {
  if (status !== undefined && isSuccess(status)) {
    return { field: 'status', message: 'must not be 2xx for outcome "failed"' };
  }
  if (error !== undefined && [status, body, retryAfterS].some((one) => one !== undefined)) {
    return { field: 'error', message: 'is in place of status, body and retryAfterS' };
  }
  if (retryAfterS === undefined || status === undefined || ASKING.includes(status)) return null;
  return { field: 'retryAfterS', message: `needs the status ${ASKING.join(' or ')}` };
}
