/**
 * Data of the panel other than lists: attempts over time, servers, upcoming messages, receivers of
 * an entry.
 */
import type { AlertStore } from './alert-types';
import type { AuditStore } from './audit-types';
import type { Rollup, SettledAs } from '../../core/health/statistics';
import type { WithheldCount, WithheldEvent } from '../views';
import type { MessageRow } from './message-row';

export type { WithheldCount, WithheldEvent };

/** Attempts of one step, by result. */
export interface StepRow {
  at: number;
  settledAs: SettledAs;
  attempts: number;
}

/** Attempts of a range, by endpoint, outcome and latency class. */
export type TotalRow = Pick<Rollup, 'endpointId' | 'settledAs' | 'latencyMs' | 'attempts'>;

export interface RollupSpan {
  grainMs: number;
  from: number;
  to: number;
  endpointId?: number;
}

export interface NodeRecord {
  /** One process, from start to end. */
  name: string;
  host: string;
  pid: number;
  /** False: it records messages, and another node sends them. */
  delivers: boolean;
  inFlight: number;
  startedAt: number;
  seenAt: number;
  /** Without a report by then it is silent. Null: written by an earlier version. */
  silentAt: number | null;
}

/** A receiver of an entry's messages: the latest message, and the latest delivered one if any. */
export interface EntryReceiver {
  latest: MessageRow;
  lastDeliveredAt: number | null;
}

export interface PanelStore extends AuditStore, AlertStore {
  /** Adds to the counts; all or, when it throws, nothing. */
  addRollups(rollups: readonly Rollup[]): Promise<void>;
  /** Rows of that grain in [from, to), of all endpoints or one. */
  rollupSteps(span: RollupSpan): Promise<StepRow[]>;
  rollupTotals(span: RollupSpan): Promise<TotalRow[]>;
  /** Deletes one batch. @returns the number of rows; 0 when none are left. */
  purgeRollups(grainMs: number, before: number, limit: number): Promise<number>;

  /** Adds to the counts; all or, when it throws, nothing. */
  addWithheld(counts: readonly WithheldCount[]): Promise<void>;
  listWithheld(): Promise<WithheldCount[]>;
  removeWithheld(holder: string): Promise<void>;

  /** Reports that the node is alive. */
  beat(node: NodeRecord): Promise<void>;
  listNodes(): Promise<NodeRecord[]>;
  removeNode(name: string): Promise<void>;

  /** Time of the latest delivery of each endpoint; absent: none. */
  lastDeliveries(endpointIds: readonly number[]): Promise<Map<number, number>>;

  /** Next pending messages outside `heldLanes`. */
  nextDue(heldLanes: readonly string[], limit: number, now: number): Promise<MessageRow[]>;
  /**
   * Receivers of messages about an entry, in one locale or in all, most recent first.
   * Callbacks do not count.
   */
  receiversOfEntry(
    entry: { documentId: string; uid?: string; locale?: string },
    limit: number
  ): Promise<EntryReceiver[]>;
  /** Keeps these documents of a content type from changing until the caller's transaction ends. */
  holdDocuments(uid: string, documentIds: readonly string[]): Promise<void>;
}
