/**
 * Parses the values of single options (§2 of Upstash's API reference). Errors are a 400 that names the
 * header. Durations and delay expressions are parsed in `core/`.
 */
import { MAX_RETRIES } from '../../core/retry/retry-policy';
import { parseDuration } from '../../core/retry/duration';
import { CoreError } from '../../core/errors';
import { isName, NAME_RULE } from '../../core/message/names';
import type { FlowControl, Redaction } from '../../core/message/message';
import { JWT_ALGORITHMS, type JwtAlgorithm } from '../../core/signing/signature-jwt';
import { QstashError } from './error';
import { DAY_MS, SECOND_MS, WEEK_MS } from '../../core/time';

/** As `publisher`: further away than anybody plans, near enough for every clock. */
export const MAX_DELAY_MS = 366 * DAY_MS;
const MIN_TIMEOUT_MS = 100;
const DEFAULT_PERIOD_MS = SECOND_MS;
const MAX_LIMIT = 1_000_000;

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

const invalid = (header: string, problem: string): QstashError =>
  new QstashError(400, `invalid ${header}: ${problem}`);

export function parseMethod(text: string, header: string): Method {
  const method = METHODS.find((known) => known === text.toUpperCase());
  if (method === undefined) throw invalid(header, `must be one of ${METHODS.join(', ')}`);
  return method;
}

/** An option that QStash does not have: the algorithm of the message's JWT. */
export function parseAlgorithm(text: string, header: string): JwtAlgorithm {
  const algorithm = JWT_ALGORITHMS.find((known) => known.toLowerCase() === text.toLowerCase());
  if (algorithm === undefined) throw invalid(header, `must be ${JWT_ALGORITHMS.join(' or ')}`);
  return algorithm;
}

/** The Python client writes `True`. */
export function parseBoolean(text: string, header: string): boolean {
  switch (text.toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      throw invalid(header, 'must be true or false');
  }
}

/** Zero means sent once. */
export function parseRetries(text: string, header: string): number {
  if (!/^\d{1,9}$/.test(text)) throw invalid(header, 'must be a whole number of at least 0');
  const retries = Number(text);
  if (retries > MAX_RETRIES) {
    throw new QstashError(412, `quota maxRetries exceeded, current limit: ${MAX_RETRIES}`);
  }
  return retries;
}

export function parseDelayMs(text: string, header: string): number {
  const delayMs = duration(text, header);
  assertDelay(delayMs);
  return delayMs;
}

/** Unix seconds. @returns epoch ms. */
export function parseNotBefore(text: string, header: string, now: number): number {
  if (!/^\d{1,12}$/.test(text)) throw invalid(header, 'must be a Unix timestamp in seconds');
  const notBefore = Number(text) * SECOND_MS;
  assertDelay(notBefore - now);
  return notBefore;
}

/** The caller of this function shortens timeouts above the maximum, as QStash does. */
export function parseTimeoutMs(text: string, header: string): number {
  const timeoutMs = duration(text, header);
  if (timeoutMs < MIN_TIMEOUT_MS) throw invalid(header, `must be at least ${MIN_TIMEOUT_MS} ms`);
  return timeoutMs;
}

export function parseDeduplicationId(text: string): string {
  if (text.includes(':')) throw new QstashError(400, "DeduplicationId cannot contain ':'");
  return text;
}

export const parseLabels = (text: string): string[] => [...new Set(list(text))];

/** Parses the name of a queue, URL group or schedule. */
export function parseName(text: string, what: string): string {
  if (isName(text)) return text;
  throw new QstashError(400, `invalid ${what} "${text.slice(0, 100)}": it ${NAME_RULE}`);
}

/** Parses `parallelism=3, rate=10, period=1m`, in any order, each at most once. */
export function parseFlowControlValue(text: string, header: string): Omit<FlowControl, 'key'> {
  const value: Omit<FlowControl, 'key'> = {};
  for (const part of list(text)) {
    const [, name, amount = ''] = /^(\w+)\s*=\s*(\S+)$/.exec(part) ?? [];
    switch (name) {
      case 'parallelism':
      case 'rate':
        assertOnce(value[name], name, header);
        value[name] = limit(amount, `${header}: ${name}`);
        break;
      case 'period':
        assertOnce(value.periodMs, name, header);
        value.periodMs = parsePeriodMs(amount, header);
        break;
      case undefined:
      default:
        throw invalid(header, `"${part.slice(0, 100)}" is not parallelism=, rate= or period=`);
    }
  }
  if (value.parallelism === undefined && value.rate === undefined) {
    throw invalid(header, 'at least one of parallelism and rate must be given');
  }
  return { ...value, periodMs: value.periodMs ?? DEFAULT_PERIOD_MS };
}

/** Parses a limit of at least 1. */
export const limit = (text: string, header: string): number => {
  const amount = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (amount >= 1 && amount <= MAX_LIMIT) return amount;
  throw invalid(header, `must be a whole number from 1 to ${MAX_LIMIT}`);
};

export function parsePeriodMs(text: string, header: string): number {
  const periodMs = duration(text, header);
  if (periodMs >= SECOND_MS && periodMs <= WEEK_MS) return periodMs;
  throw invalid(header, 'period must be from 1 second to 1 week');
}

/** Parses `body`, `header` (or `headers`) and `header[Name]`. */
export function parseRedact(text: string, header: string): Redaction {
  const names: string[] = [];
  let body = false;
  let allHeaders = false;
  for (const field of list(text)) {
    const [, name] = /^headers?\[([^\]]+)\]$/i.exec(field) ?? [];
    if (name !== undefined) names.push(name.trim());
    else if (/^headers?$/i.test(field)) allHeaders = true;
    else if (field.toLowerCase() === 'body') body = true;
    else throw invalid(header, `"${field.slice(0, 100)}" is not body, header or header[Name]`);
  }
  return { body, headers: allHeaders || (names.length > 0 && names) };
}

export interface Cron {
  cron: string;
  /** IANA name; undefined means UTC. */
  timezone?: string;
}

/** Whether the expression makes sense is the scheduler's to say. */
export function parseCron(text: string): Cron {
  const [, timezone, cron] = /^CRON_TZ=(\S+)\s+(\S.*)$/s.exec(text.trim()) ?? [];
  return timezone === undefined || cron === undefined ? { cron: text.trim() } : { cron, timezone };
}

export function parseHttpUrl(text: string, what: string): string {
  if (/^(https?:\/\/|strapi:)\S/i.test(text)) return text;
  throw new QstashError(
    400,
    `invalid ${what} url: endpoint has invalid scheme, add http:// or https://`
  );
}

function assertDelay(delayMs: number): void {
  if (delayMs <= MAX_DELAY_MS) return;
  throw new QstashError(412, `quota maxDelay exceeded, current limit: ${MAX_DELAY_MS / SECOND_MS}`);
}

function assertOnce(given: number | undefined, name: string, header: string): void {
  if (given !== undefined) throw invalid(header, `${name} is given twice`);
}

function duration(text: string, header: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof CoreError) throw invalid(header, error.message);
    throw error;
  }
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
