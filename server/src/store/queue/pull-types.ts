/** The store's interface for endpoints whose receivers claim their messages. */
import type { ClaimedMessage } from '../../core/message/message';
import type { Lease } from './lease';

export interface PullClaim extends Omit<Lease, 'gated'> {
  endpointId: number;
  /** Maximum number of messages. */
  limit: number;
  /** Its other messages are on hold. */
  testsOnly: boolean;
}

/** A message and the lease that it was given under. */
export interface LeasedRef {
  messageId: string;
  leaseToken: string;
}

export interface PullSettings {
  /** The endpoint is removed unless its receiver claims until then. Null: it is kept. */
  expiresAt: number | null;
}

export interface PullStore {
  /** Leases due messages of one endpoint, oldest first. An expired lease is due. */
  claimPulled(claim: PullClaim): Promise<ClaimedMessage[]>;
  /** Reads those of these messages that are still leased so, or were when they were canceled. */
  findLeased(refs: readonly LeasedRef[]): Promise<ClaimedMessage[]>;
  /** Postpones the removal of a temporary endpoint. */
  keepEndpoint(id: number, until: number): Promise<void>;
  /** Temporary endpoints whose receivers have stopped claiming. */
  expiredEndpoints(now: number): Promise<number[]>;
}
