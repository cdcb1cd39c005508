/**
 * The part of `claim` that differs by database: choose and lease at the head of the outbox, or lease given
 * messages.
 */
import type { Budget } from './lane-budget';
import { integer, type Row } from '../sql/rows';

export interface Lease {
  now: number;
  leaseMs: number;
  token: string;
  /**
   * For messages behind a gate whose lock is held: the gate has decided, so the due time does not
   * matter. They are marked as admitted.
   */
  gated?: true;
  /** As in the claim's request. */
  onClosed?: ((until: number) => void) | undefined;
}

/** Upper bound of `due_at`. */
export const dueBy = ({ now, gated }: Lease): number => (gated ? Number.MAX_SAFE_INTEGER : now);

export const leasedUntil = ({ now, leaseMs }: Lease): number => now + leaseMs;

export interface Taken {
  rows: Row[];
  /** Chosen, but leased by another process first. */
  lost: number[];
}

export interface Wanted {
  limit: number;
  budget: Budget;
  /** Messages that another process has. */
  except: ReadonlySet<number>;
  window: number;
}

export interface Leases {
  /**
   * Chooses from the head of the due index and leases. `clogged`: the window was full, and more may
   * be due behind it.
   */
  head(lease: Lease, wanted: Wanted): Promise<Taken & { clogged: boolean }>;
  /** Leases those of these messages that are due and not leased. */
  these(lease: Lease, ids: readonly number[]): Promise<Taken>;
}

/** Splits the result of a statement into leased rows and lost ids. */
export function takenOf(candidates: readonly number[], rows: readonly Row[]): Taken {
  const leased = new Set(rows.map((row) => integer(row.id)));
  return { rows: [...rows], lost: candidates.filter((id) => !leased.has(id)) };
}
