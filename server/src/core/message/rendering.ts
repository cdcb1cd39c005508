/** Differences from the endpoint and the event in a message that a format made. Stored as JSON. */
export interface Rendering {
  method?: string;
  contentType?: string;
  /** Why there is no request. The body is then the one that the format was given. */
  problem?: string;
}
