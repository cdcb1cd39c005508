/** Types of the actions that editors have from the Content Manager. Part of `contract.ts`. */

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
   * exists and the endpoint receives published versions.
   */
  skipped: number;
}

/** Targets for the entries of a content type that the reader may see. */
export interface SendTargets {
  topics: { id: number; name: string }[];
  endpoints: { id: number; name: string }[];
}
