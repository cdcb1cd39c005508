/** Reads the query strings of `POST /v2/flowControl/{key}/pin` and `/unpin`. */
import type { FlowControl } from '../../core/message/message';
import { limit, parseBoolean, parsePeriodMs } from './option-values';
import { parseQuery } from './request-target';
import { QstashError } from './error';

/** @throws QstashError 400, also when no limit is given. */
export function parsePin(query: string): Omit<FlowControl, 'key'> {
  const given = read(query, ['parallelism', 'rate', 'period']);
  const [parallelism, rate, period] = [
    given.get('parallelism'),
    given.get('rate'),
    given.get('period'),
  ];
  if (parallelism === undefined && rate === undefined) {
    throw new QstashError(400, 'invalid pin: at least one of parallelism and rate must be given');
  }
  return {
    ...(parallelism !== undefined && { parallelism: limit(parallelism, 'parallelism') }),
    ...(rate !== undefined && { rate: limit(rate, 'rate') }),
    ...(period !== undefined && { periodMs: parsePeriodMs(period, 'period') }),
  };
}

/** Limits that are not named stay pinned. @throws QstashError 400 */
export function parseUnpin(query: string): { parallelism: boolean; rate: boolean } {
  const given = read(query, ['parallelism', 'rate']);
  const flag = (name: string): boolean => parseBoolean(given.get(name) ?? 'false', name);
  return { parallelism: flag('parallelism'), rate: flag('rate') };
}

function read(query: string, known: readonly string[]): ReadonlyMap<string, string> {
  const pairs = parseQuery(query);
  const unknown = pairs.find(([name]) => !known.includes(name));
  if (unknown !== undefined) {
    throw new QstashError(400, `unknown parameter "${unknown[0].slice(0, 100)}"`);
  }
  return new Map(pairs);
}
