/** What `claim` asks of a database: choose and lease at the head of the queue, or lease those it names. */
import { LEASED } from '../gates/gate-place';
import type { Budget } from './lane-budget';
import { integer, type Row } from '../sql/rows';

export interface Lease {
  now: number;
  leaseMs: number;
  token: string;
  /** Of messages behind a gate, whose lock is held: whatever they wait for, the gate has decided. */
  gated?: true;
}

/** `due_at` must not be above it. */
export const dueBy = ({ now, gated }: Lease): number => (gated ? Number.MAX_SAFE_INTEGER : now);

/** `due_at` of a leased message. */
export const leasedUntil = ({ now, leaseMs, gated }: Lease): number =>
  now + leaseMs + (gated ? LEASED : 0);

export interface Taken {
  rows: Row[];
  /** Chosen, but another process was first. */
  lost: number[];
}

export interface Wanted {
  limit: number;
  budget: Budget;
  /** Not these: another process has them. */
  except: ReadonlySet<number>;
  window: number;
}

export interface Leases {
  /** Chooses from the head of the due index and leases. `clogged`: the window was full, more may be due behind it. */
  head(lease: Lease, wanted: Wanted): Promise<Taken & { clogged: boolean }>;
  /** Leases those that are still due. */
  these(lease: Lease, ids: readonly number[]): Promise<Taken>;
}

/** Splits what a statement reported into leased rows and lost ids. */
export function takenOf(candidates: readonly number[], rows: readonly Row[]): Taken {
  const leased = new Set(rows.map((row) => integer(row.id)));
  return { rows: [...rows], lost: candidates.filter((id) => !leased.has(id)) };
}
