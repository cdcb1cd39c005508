/**
 * From what happens in Strapi to events in the database: documents, media, and the event hub.
 * What is covered and how tightly: `docs/capture.md`.
 */
import { createDocumentMiddleware } from './document-middleware';
import { installHubCapture } from './hub';
import { installMediaCapture } from './media';
import type { CaptureDeps } from './ports';

export type { CaptureDeps } from './ports';

export interface Capture {
  /** Call in `bootstrap()`, not in `register()`: so the middlewares of Strapi's own plugins stay outside our transaction. */
  install(): void;
  /** Capture as it was before `install`. */
  uninstall(): void;
}

export function createCapture(deps: CaptureDeps): Capture {
  let undo: (() => void)[] = [];
  return {
    install() {
      if (undo.length > 0) throw new Error('capture is installed already');
      undo = [
        deps.strapi.documents.use(createDocumentMiddleware(deps)) as unknown as () => void,
        installMediaCapture(deps),
        installHubCapture(deps),
      ];
    },
    uninstall() {
      for (const undoOne of undo.splice(0)) undoOne();
    },
  };
}
