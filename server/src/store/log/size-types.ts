/** Size of the log, and how to reduce it. */
export interface Amount {
  messages: number;
  /** Bodies, headers and attempts as stored, without indexes. */
  bytes: number;
}

export interface SizeStore {
  /** All messages, finished or not, counted up to `upTo`. */
  countMessages(upTo: number): Promise<number>;
  /**
   * Size that the database reports, indexes included. An upper bound: files do not shrink when rows
   * are deleted, and on SQLite it is the whole database.
   */
  allocatedBytes(): Promise<number>;
  /** Size of all messages with events and attempts, estimated from samples of the whole log. */
  estimatedBytes(): Promise<number>;
  /**
   * Removes finished messages, oldest first: at most `excess.messages`, and no more than it takes
   * to free `excess.bytes`.
   * @returns what was removed; no messages when only unfinished ones, or dead letters to be kept,
   * are left.
   */
  trimFinished(excess: Amount, options: { includeDead: boolean }): Promise<Amount>;
}
