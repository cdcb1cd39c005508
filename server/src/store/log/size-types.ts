/** What the store says about its size, and how it is made smaller. */
export interface SizeStore {
  /** All messages, finished or not; counts no further than `upTo`. */
  countMessages(upTo: number): Promise<number>;
  /** Of the newest `sample` messages, with their events and attempts. About: indexes and row overhead are not in it. */
  averageMessageBytes(sample: number): Promise<number>;
  /** Removes some finished messages, those worth least first. @returns how many; 0 when all that is left is unfinished. */
  trimFinished(limit: number): Promise<number>;
}
