/**
 * Turns what happens in Strapi into events in the database: documents, media, and the event hub.
 * `docs/capture.md` lists what is covered, and how tightly.
 */
import { createDocumentMiddleware, useInnermost } from './document-middleware';
import { installHubCapture } from './hub';
import { installMediaCapture } from './media';
import type { CaptureDeps } from './ports';
import { installWriteTransactions } from './write-transactions';

export type { CaptureDeps } from './ports';

/** Starts to capture. Call it once, in `bootstrap()`. */
export function installCapture(deps: CaptureDeps): void {
  const { strapi, log } = deps;
  const transactions = installWriteTransactions(strapi, () => {
    log.error('a document write opened no transaction: its events were not captured');
  });
  useInnermost(strapi.documents, createDocumentMiddleware(deps, transactions));
  installMediaCapture(deps);
  installHubCapture(deps);
}
