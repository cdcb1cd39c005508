/** Sums up in a line why an attempt failed. Pure. */
import { diagnose, type Cause } from '../doctor/diagnose';

import type { AttemptView } from '../../../../server/src/panel/contract';

const MAX_QUOTED = 160;
/** Fields in which receivers explain an error. */
const TELLING = ['message', 'error', 'detail', 'title', 'reason'] as const;
const MARKUP = /<(style|script)\b[\s\S]*?<\/\1>|<[^>]*>/gi;

/** Text of the first telling field, also inside `{"error": {"message": "…"}}`. */
function toldIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  return TELLING.map((name) => toldIn(fields[name])).find((text) => text !== undefined);
}

function textOf(body: string): string {
  try {
    return toldIn(JSON.parse(body)) ?? body;
  } catch {
    return body.replace(MARKUP, ' ');
  }
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line;
};

export interface AttemptFailure {
  cause: Cause;
  /** The response of the receiver, or the error of the connection. Empty: nothing, or nothing to be read. */
  quote: string;
  /** As the receiver sent it. */
  retryAfter: string | null;
}

export const isSuccess = (status: number | null): boolean =>
  status !== null && status >= 200 && status < 300;

/** @returns null when the attempt succeeded. */
export function attemptFailure({
  outcome,
  status,
  error,
  response,
}: Pick<AttemptView, 'outcome' | 'status' | 'error' | 'response'>): AttemptFailure | null {
  if (isSuccess(status)) return null;
  const body = response?.body?.encoding === 'utf8' ? response.body.text : '';
  const retryAfter = Object.entries(response?.headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'retry-after'
  )?.[1];
  return {
    cause: diagnose({ outcome, status, error }).cause,
    quote: shortened(error ?? textOf(body)),
    retryAfter: retryAfter === undefined ? null : String(retryAfter),
  };
}

/** Number of attempts up to the last one that is planned. */
export const plannedAttempts = (attempts: number, retries: { left: number } | null): number =>
  attempts + (retries === null ? 0 : retries.left + 1);
