/** Part of a list to read. */

/** Of row ids, which grow with time: `desc` is newest first. */
export type Order = 'asc' | 'desc';

export interface PageRequest {
  /** Row id beyond which the page begins, in its order; absent: the start of the list. */
  past?: number;
  /** Row id at which the search ends; absent: the end of the list. */
  upTo?: number;
  /** Default: `desc`. */
  order?: Order;
  limit: number;
}

/** Part of a large log that one search covers. */
export interface SearchWindow {
  past?: number;
  upTo: number;
  /** When its last row was recorded; null when nothing beyond it can match. */
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
