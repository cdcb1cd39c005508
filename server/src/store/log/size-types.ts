/** How much the log holds, and how it is made smaller. */
export interface Amount {
  messages: number;
  /** Bodies, headers and attempts as the database stores them, without indexes. */
  bytes: number;
}

export interface SizeStore {
  /** All messages, finished or not; counts no further than `upTo`. */
  countMessages(upTo: number): Promise<number>;
  /**
   * What the database says it uses, indexes included. An upper bound: files do not shrink when rows are
   * deleted, and of SQLite it is the whole database.
   */
  allocatedBytes(): Promise<number>;
  /** What all messages take with their events and attempts, from samples across the whole log. */
  estimatedBytes(): Promise<number>;
  /**
   * Removes finished messages, the longest finished first: at most `excess.messages`, and no more than it takes
   * to free `excess.bytes`. @returns what was removed; no messages when only unfinished ones, or dead letters
   * that must stay, are left.
   */
  trimFinished(excess: Amount, options: { includeDead: boolean }): Promise<Amount>;
}
