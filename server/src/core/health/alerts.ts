/** Alerts about endpoints: their problems, and when somebody is told. Pure. */
import { HOUR_MS, MINUTE_MS } from '../time';

/** In the order in which they are told. */
export const ALERT_KINDS = ['disabled', 'failing', 'failed-messages', 'backlog'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Shorter failures are not told: the first retries come within this time. */
export const FAILING_MS = 5 * MINUTE_MS;
/** Failed messages of so long a time make a problem. */
export const FAILED_WITHIN_MS = HOUR_MS;
/** The shortest time between two alerts about one endpoint. */
export const ALERT_EVERY_MS = HOUR_MS;

export interface AlertRules {
  /** Disabled, suspended, or failing for `FAILING_MS`. */
  endpoints: boolean;
  /** Failed messages within `FAILED_WITHIN_MS`. */
  failedMessages: boolean;
  /** The oldest waiting message is due for longer. Null: no such rule. */
  backlogMs: number | null;
}

/** The condition of an endpoint. */
export interface Condition {
  state: 'active' | 'paused' | 'disabled';
  /** Suspended, or nothing can be sent. */
  isHeld: boolean;
  firstFailureAt: number | null;
  /** Messages that failed within `FAILED_WITHIN_MS`. */
  failed: number;
  oldestDueAt: number | null;
}

/** Last alert about an endpoint. */
export interface Told {
  /** Problems that are told and not over. */
  kinds: AlertKind[];
  /** Time of the last alert about a problem; null: there was none. */
  at: number | null;
  /** When it was seen what was told last. What another node saw before is not told after it. */
  seenAt: number;
}

export const NOTHING_TOLD: Told = { kinds: [], at: null, seenAt: 0 };

/** @returns null for an endpoint that somebody paused: nothing is told until it is resumed. */
export function problemsOf(
  condition: Condition,
  rules: AlertRules,
  now: number
): AlertKind[] | null {
  const { state, isHeld, firstFailureAt, failed, oldestDueAt } = condition;
  if (state === 'paused') return null;
  const isFailing = isHeld || (firstFailureAt !== null && now - firstFailureAt >= FAILING_MS);
  const has: Record<AlertKind, boolean> = {
    disabled: state === 'disabled',
    failing: state === 'active' && isFailing,
    'failed-messages': failed > 0,
    backlog: oldestDueAt !== null && now - oldestDueAt >= (rules.backlogMs ?? Infinity),
  };
  return ALERT_KINDS.filter((kind) => has[kind] && isWatched(kind, rules));
}

function isWatched(kind: AlertKind, { endpoints, failedMessages, backlogMs }: AlertRules): boolean {
  switch (kind) {
    case 'disabled':
    case 'failing':
      return endpoints;
    case 'failed-messages':
      return failedMessages;
    case 'backlog':
      return backlogMs !== null;
  }
}

/**
 * Decides whether to tell. A problem that is told and goes on is not told again; another one is, an hour after
 * the last alert at the earliest. A recovery is told at once.
 *
 * @param now when the condition was seen.
 * @returns what is told then; null: there is nothing to tell.
 */
export function nextTold(
  { kinds, at, seenAt }: Told,
  condition: Condition,
  { rules, now }: { rules: AlertRules; now: number }
): Told | null {
  const problems = problemsOf(condition, rules, now);
  if (problems === null || now < seenAt) return null;
  // The end of a rule is no recovery.
  const told = kinds.filter((kind) => isWatched(kind, rules));
  if (problems.length === 0) return told.length === 0 ? null : { kinds: [], at, seenAt: now };
  if (problems.every((kind) => told.includes(kind))) return null;
  return at !== null && now - at < ALERT_EVERY_MS
    ? null
    : { kinds: problems, at: now, seenAt: now };
}
