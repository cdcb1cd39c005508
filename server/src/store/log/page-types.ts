/** Which part of a list is asked for. */

export interface PageRequest {
  /** Row id below which the page begins; absent: the newest. */
  before?: number;
  /** Row id at which the search ends; absent: with the log. */
  downTo?: number;
  limit: number;
}

/** The part of a large log that one search looks at. */
export interface SearchWindow {
  before?: number;
  downTo: number;
  /** When its last row was recorded; null when nothing further down can match. */
  searchedTo: number | null;
}

/** A row in the order of a list: its id, and the instant that is shown of it. */
export interface Place {
  id: number;
  at: number;
}

/** What a search has found before it was full, or had looked at as many rows as it may. */
export interface Found<T> {
  rows: T[];
  /** The last row looked at; null when there is nothing behind it. */
  next: Place | null;
}
