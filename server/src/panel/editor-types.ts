/** Types of what editors do from the Content Manager. Part of `contract.ts`. */

/** Entries that an editor sends by hand. */
export interface SendInput {
  uid: string;
  /** At most 100. */
  documentIds: string[];
  /** Of a localized content type. Default: all. */
  locale?: string;
}

export interface SendResult {
  messageIds: string[];
  /**
   * How often an entry has no message to an endpoint: a filter or the format withholds it, or only its draft
   * exists and the endpoint is told of what is published.
   */
  skipped: number;
}

/** What the entries of a content type can be sent to, as far as the reader may see it. */
export interface SendTargets {
  topics: { id: number; name: string }[];
  endpoints: { id: number; name: string }[];
}
