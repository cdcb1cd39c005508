/**
 * Turns changes in Strapi into events in the database: documents, media and the event hub.
 * `docs/capture.md` lists what is covered.
 */
import { ACTOR_INTERNALS } from '../host/actor';
import { COMMIT_INTERNALS } from '../host/confirmed-transaction';
import type { Internal } from '../host/strapi-internals';
import { BODY_INTERNALS } from './body';
import { createDocumentMiddleware, DOCUMENT_INTERNALS, useInnermost } from './document-middleware';
import { HUB_INTERNALS, installHubCapture } from './hub';
import { installMediaCapture, MEDIA_INTERNALS } from './media';
import type { CaptureDeps } from './ports';
import { READ_INTERNALS } from './read-entries';
import { installWriteTransactions, WRITE_INTERNALS } from './write-transactions';

export type { CaptureDeps } from './ports';
export { createMutes, type MuteResult, type Mutes } from './mute';
export { createDocuments, type Documents } from './documents';
export type { EntryRow } from './events';
export { createSampler, SAMPLED_EVENTS, type Sampler } from './sample';
export { createViewQueries } from './views';
export { createTripwire, type Tripwire } from './tripwire';

export const CAPTURE_INTERNALS: readonly Internal[] = [
  ...WRITE_INTERNALS,
  ...COMMIT_INTERNALS,
  ...READ_INTERNALS,
  ...BODY_INTERNALS,
  ...ACTOR_INTERNALS,
  ...DOCUMENT_INTERNALS,
  ...MEDIA_INTERNALS,
  ...HUB_INTERNALS,
];

/**
 * Starts to capture. Call it once, in `bootstrap()`. Leaves out a capture whose internals are
 * missing, because it would fail the editors' writes.
 */
export function installCapture(deps: CaptureDeps): void {
  const { strapi, works, tripwire } = deps;
  if (works('content-events')) {
    if (works('entry-events')) {
      const transactions = installWriteTransactions(strapi);
      useInnermost(strapi.documents, createDocumentMiddleware(deps, transactions));
    }
    installMediaCapture(deps);
  }
  if (works('hub-events')) installHubCapture(deps);
  tripwire.start();
}
