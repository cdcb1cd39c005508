/**
 * Tells which attempts a person asked for: after each request, the first attempt that began. Attempts
 * without a request are automatic. Pure.
 */
import type { Actor } from './message';

/** A person asked for an attempt. */
export interface Ask {
  at: number;
  kind: 'replay' | 'send-now';
  actor: Actor;
  /** The job that asked for it. Last, so that it ends the stored line. */
  jobId?: number;
}

/** Adds to each attempt who asked for it; null: it is automatic. */
export function withTriggers<A extends { number: number; startedAt: number }>(
  attempts: readonly A[],
  asks: readonly Ask[]
): (A & { trigger: Ask | null })[] {
  const triggers = new Map<number, Ask>();
  for (const ask of asks) {
    const asked = attempts.find(({ startedAt }) => startedAt >= ask.at);
    if (asked !== undefined) triggers.set(asked.number, ask);
  }
  return attempts.map((attempt) => ({ ...attempt, trigger: triggers.get(attempt.number) ?? null }));
}
