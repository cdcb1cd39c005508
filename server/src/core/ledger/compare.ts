/** Compares what a receiver has with what there is. Pure. */
import type { LedgerEntry, LedgerNote } from './ledger';

/**
 * `missing`: the receiver has nothing. `outdated`: it has another version. `orphaned`: it was told of a document
 * that is gone.
 */
export const DIFFERENCES = ['missing', 'outdated', 'orphaned'] as const;
export type DifferenceKind = (typeof DIFFERENCES)[number];

export interface Difference extends Pick<LedgerNote, 'uid' | 'documentId' | 'locale' | 'status'> {
  kind: DifferenceKind;
}

export type DifferenceCounts = Record<DifferenceKind, number>;

/** Differences that a reconciliation has found so far. */
export interface Findings {
  counts: DifferenceCounts;
  byType: Record<string, DifferenceCounts>;
  /** The first ones. */
  first: Difference[];
}

const MAX_LISTED = 200;

export const NO_DIFFERENCES: DifferenceCounts = { missing: 0, outdated: 0, orphaned: 0 };
export const NO_FINDINGS: Findings = { counts: NO_DIFFERENCES, byType: {}, first: [] };

/** @returns epoch ms; null for what is no date. Databases return dates, texts or numbers. */
export function instantOf(value: unknown): number | null {
  const at = value == null ? NaN : new Date(value as string | number | Date).getTime();
  return Number.isNaN(at) ? null : at;
}

/** @param entry what the ledger says of the version. @returns null: the receiver has it. */
export function differenceOf(
  updatedAt: number | null,
  entry: LedgerEntry | undefined
): 'missing' | 'outdated' | null {
  if (entry === undefined || entry.isGone) return 'missing';
  return entry.updatedAt === updatedAt && updatedAt !== null ? null : 'outdated';
}

export function withDifferences(before: Findings, found: readonly Difference[]): Findings {
  const counts = { ...before.counts };
  const byType = { ...before.byType };
  for (const { kind, uid } of found) {
    counts[kind] += 1;
    const ofType = byType[uid] ?? NO_DIFFERENCES;
    byType[uid] = { ...ofType, [kind]: ofType[kind] + 1 };
  }
  return { counts, byType, first: [...before.first, ...found].slice(0, MAX_LISTED) };
}
