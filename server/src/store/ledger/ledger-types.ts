import type { Difference } from '../../core/ledger/compare';
import type { LedgerEntry } from '../../core/ledger/ledger';
import type { ReconcilePlan } from '../../core/ledger/plan';
import type { SeenRows } from '../../core/ledger/reasons';
import type { JobRecord } from '../log/job-types';

/** A row of the ledger, in the order of the table. */
export interface LedgerRow extends LedgerEntry {
  id: number;
}

/** Of an endpoint. */
export interface LedgerSettings {
  /** Remembers the acknowledgments of its receiver. */
  ledger: boolean;
  /** Null: it is compared when somebody asks for it. */
  reconcile: ReconcilePlan | null;
}

/** When endpoints are compared. */
export interface ReconcileTimeStore {
  /** Times by endpoint. Null: not known yet. */
  reconcileTimes(endpointIds: readonly number[]): Promise<Map<number, number | null>>;
  /** @returns false when the endpoint was changed, or its time moved, meanwhile. */
  moveReconcile(
    endpoint: { id: number; version: number },
    from: number | null,
    to: number
  ): Promise<boolean>;
  /** Until the transaction ends. */
  lockEndpoint(id: number): Promise<void>;
  /** When the latest comparison that was not stopped began, by endpoint. */
  reconciledAt(endpointIds: readonly number[]): Promise<Map<number, number>>;
  /** The latest comparison of an endpoint, finished or not. */
  lastReconcile(endpointId: number): Promise<JobRecord | null>;
}

export interface DifferenceStore {
  /** Of a comparison, ascending by id. */
  pageDifferences(
    of: {
      jobId: number;
      kind?: Difference['kind'] | undefined;
      uid?: string | undefined;
    },
    page: { after: number; limit: number }
  ): Promise<(Difference & { id: number })[]>;
}

export interface ContentExtentStore {
  /** Of all rows: drafts and published versions, in each locale. */
  contentExtent(uid: string): Promise<SeenRows>;
}

/** The ledgers of endpoints. Written by `settle`. */
export interface LedgerStore {
  /** @param keys of `core/ledger`. Those of which nothing is known are missing. */
  readLedger(keys: readonly string[]): Promise<LedgerEntry[]>;
  /** Rows of an endpoint, of one content type or all, ascending above `after`; gone ones included. */
  pageLedger(page: {
    endpointId: number;
    uid: string | null;
    after: number;
    limit: number;
  }): Promise<LedgerRow[]>;
  /** Keys of the versions of these documents that an endpoint has unfinished messages about. */
  unfinishedVersions(endpointId: number, documentIds: readonly string[]): Promise<Set<string>>;
  /** Versions that receivers have, gone ones apart. */
  countLedger(endpointId: number): Promise<number>;
  /**
   * Forgets what a receiver acknowledged since then: it was restored from a backup of that time.
   * @returns the number of versions.
   */
  forgetLedger(endpointId: number, since: number): Promise<number>;
}

export interface LedgerStores
  extends LedgerStore, ReconcileTimeStore, DifferenceStore, ContentExtentStore {}
