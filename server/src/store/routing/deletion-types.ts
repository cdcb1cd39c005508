/** The store's interface for deleting an endpoint, which takes many transactions. */
export interface DeletionStore {
  /**
   * Cancels the pending messages of an endpoint, in batches, and with `includeActive` those being sent.
   * Interrupted, it has canceled some.
   */
  cancelOf(
    endpointId: number,
    options: { now: number; includeActive: boolean; upTo?: number; isStopped?: () => boolean }
  ): Promise<number>;
  /**
   * Takes the endpoint out of every list, and its name and topics from it. Its unfinished messages are held
   * until `finishDeletion` has canceled them. Refuses while there are any, unless `cancelPending`.
   *
   * @throws CoreError NOT_FOUND, CONFLICT.
   */
  deleteEndpoint(id: number, options: { cancelPending: boolean; now: number }): Promise<void>;
  /** Deleted endpoints whose messages are not all canceled yet. */
  deletedEndpoints(): Promise<{ id: number; since: number }[]>;
  /** Cancels the messages of a deleted endpoint, and removes it. Interrupted, it can be called again. */
  finishDeletion(
    id: number,
    options: { now: number; isStopped?: () => boolean }
  ): Promise<{ canceled: number }>;
}
