/** Internals missing in this version of Strapi, as the panel shows them. */

/** Features that do not work when an internal of Strapi's is missing. */
export type Affected =
  | 'content-events'
  | 'entry-events'
  | 'media-events'
  | 'hub-events'
  | 'commits'
  | 'delivery'
  | 'secrets'
  | 'imports'
  | 'native-webhooks';

/** An internal of Strapi's that is missing or works differently. */
export interface MissingInternal {
  /** As in Strapi's code: `strapi.db.transaction`. */
  name: string;
  affects: Affected;
}

/** Events that Strapi emitted, an endpoint is subscribed to, and capture did not see. */
export interface MissedEvent {
  event: string;
  uid: string;
  /** Since the start of this process. */
  count: number;
  lastAt: number;
}
