/** Data of the panel apart from lists: attempts over time, servers, upcoming messages, receivers of an entry. */
import type { Rollup, SettledAs } from '../../core/health/statistics';
import type { MessageRow } from './message-row';

/** Attempts of one step, by what they came to. */
export interface StepRow {
  at: number;
  settledAs: SettledAs;
  attempts: number;
}

/** Attempts of a whole span, by endpoint, outcome and class of latency. */
export type TotalRow = Pick<Rollup, 'endpointId' | 'settledAs' | 'latencyMs' | 'attempts'>;

export interface NodeRecord {
  /** One process, from its start to its end. */
  name: string;
  host: string;
  pid: number;
  /** False: it records messages, and another one sends them. */
  delivers: boolean;
  inFlight: number;
  startedAt: number;
  seenAt: number;
}

/** Somebody an entry was sent to: the last message about it, and when one last arrived, if ever. */
export interface EntryReceiver {
  latest: MessageRow;
  lastDeliveredAt: number | null;
}

export interface PanelStore {
  /** Adds to what is counted already; all of it, or, when it throws, nothing. */
  addRollups(rollups: readonly Rollup[]): Promise<void>;
  /** Rows of that grain in [from, to). */
  rollupSteps(span: { grainMs: number; from: number; to: number }): Promise<StepRow[]>;
  rollupTotals(span: { grainMs: number; from: number; to: number }): Promise<TotalRow[]>;
  /** One small batch. @returns rows removed; 0 when there are none left. */
  purgeRollups(grainMs: number, before: number, limit: number): Promise<number>;

  /** "I am still there." */
  beat(node: NodeRecord): Promise<void>;
  listNodes(): Promise<NodeRecord[]>;
  removeNode(name: string): Promise<void>;
  removeNodesSeenBefore(instant: number): Promise<number>;

  /** When the latest message of each endpoint that was delivered arrived; absent: none. */
  lastDeliveries(endpointIds: readonly number[]): Promise<Map<number, number>>;

  /** The pending messages that go next, outside `heldLanes`. */
  nextDue(heldLanes: readonly string[], limit: number): Promise<MessageRow[]>;
  /**
   * Receivers of messages about an entry, in one locale or in all, most recent first.
   * Callbacks do not count.
   */
  receiversOfEntry(
    entry: { documentId: string; uid?: string; locale?: string },
    limit: number
  ): Promise<EntryReceiver[]>;
}
