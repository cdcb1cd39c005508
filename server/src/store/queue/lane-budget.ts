/**
 * Counts how many messages of each lane may still be claimed, and chooses candidates accordingly.
 */
import type { LaneBudget } from '../../delivery/loop/ports';

export interface Candidate {
  id: number;
  lane: string;
}

export interface Budget {
  left(lane: string): number;
  spend(lane: string): void;
  /** For lanes not listed by `exceptions`. */
  readonly usual: number;
  /** Lanes whose number left differs from `usual`. */
  exceptions(): [lane: string, left: number][];
}

/** @param limit of the claim; no lane needs more. */
export function createBudget(given: LaneBudget, limit: number): Budget {
  const bounded = (count: number): number => Math.max(0, Math.min(limit, count));
  const usual = bounded(given.default);
  const lanes = new Map([...given.lanes].map(([lane, count]) => [lane, bounded(count)]));
  const left = (lane: string): number => lanes.get(lane) ?? usual;
  return {
    left,
    spend: (lane) => lanes.set(lane, left(lane) - 1),
    usual,
    exceptions: () => [...lanes].filter(([, count]) => count !== usual),
  };
}

/** First `limit` candidates that the budget allows, in order. Does not spend it. */
export function choose(
  candidates: readonly Candidate[],
  limit: number,
  budget: Pick<Budget, 'left'>
): number[] {
  const chosen: number[] = [];
  const used = new Map<string, number>();
  for (const { id, lane } of candidates) {
    if (chosen.length === limit) break;
    const count = used.get(lane) ?? 0;
    if (count >= budget.left(lane)) continue;
    used.set(lane, count + 1);
    chosen.push(id);
  }
  return chosen;
}
