/** Part of a list to read. */

export interface PageRequest {
  /** Row id below which the page begins; absent: the newest. */
  before?: number;
  /** Row id at which the search ends; absent: the end of the log. */
  downTo?: number;
  limit: number;
}

/** Part of a large log that one search covers. */
export interface SearchWindow {
  before?: number;
  downTo: number;
  /** When its last row was recorded; null when nothing further down can match. */
  searchedTo: number | null;
}

/** Position of a row in a list: its id and the time shown for it. */
export interface Place {
  id: number;
  at: number;
}

/** Results of a search that was full or reached its limit of rows. */
export interface Found<T> {
  rows: T[];
  /** Last row searched; null at the end. */
  next: Place | null;
}
