/**
 * Captures Document Service writes: derives the events from the action and its result, and records
 * them in the write's own transaction.
 *
 * The middleware stays the innermost one. It sees the parameters as the other middlewares left
 * them, and the result before any of them changes or drops it.
 */
import type { Core, UID } from '@strapi/strapi';

import type { NewEvent } from '../core/message/message';
import type { OpenTransaction } from '../host/confirmed-transaction';
import { isFunction, type Internal } from '../host/strapi-internals';
import { PLUGIN_ID } from '../plugin-id';
import { asRequestError } from './body';
import { createEntryEvents } from './entry-events';
import {
  changesOfWrite,
  changesPerRow,
  isGone,
  isRow,
  possibleEvents,
  type Change,
  type EntryEvent,
} from './events';
import type { CaptureDeps } from './ports';
import { createPreimages, rowsBefore as whereBefore, type Preimages } from './preimages';
import { createRecording } from './recording';
import { createReadSharing } from './shared-read';
import { createReadView, readViews, type ViewedRows } from './views';
import { rowIds, writtenVersions, type DocumentType } from './versions';
import type { WriteCapture, WriteTransactions } from './write-transactions';

export const DOCUMENT_INTERNALS: readonly Internal[] = [
  {
    name: 'strapi.documents.use',
    affects: 'entry-events',
    isThere: ({ documents }) => isFunction(documents.use),
  },
];

const OWN_UIDS = `plugin::${PLUGIN_ID}.`;
const NO_ROWS: ReadonlySet<number> = new Set();

type Documents = Core.Strapi['documents'];
export type DocumentMiddleware = Parameters<Documents['use']>[0];

/** The parts of Strapi's context that are used. */
interface Context {
  action: string;
  uid: UID.ContentType;
  params: { documentId?: unknown; locale?: unknown; status?: unknown };
  contentType: {
    options?: { draftAndPublish?: boolean };
    pluginOptions?: { i18n?: { localized?: boolean } };
  };
}

export function createDocumentMiddleware(
  deps: CaptureDeps,
  transactions: WriteTransactions
): DocumentMiddleware {
  const { strapi, wants, mutes, tripwire } = deps;
  const recordIn = createRecording(deps);
  const entryEvents = createEntryEvents(deps);
  const readPreimages = createPreimages(strapi);
  const readView = createReadView(strapi, deps.log);
  const readsOf = createReadSharing(strapi);

  function wantedEvents({ action, uid, contentType }: Context): EntryEvent[] {
    if (uid.startsWith(OWN_UIDS)) return [];
    const possible = possibleEvents(action, contentType.options?.draftAndPublish === true);
    return possible.filter((name) => {
      const isWanted = wants(name, uid);
      if (!isWanted) tripwire.unwanted(name, uid);
      return isWanted;
    });
  }

  /** Only an update needs the previous rows, to tell it from a creation. */
  async function rowsBefore(context: Context, wanted: EntryEvent[]): Promise<ReadonlySet<number>> {
    const tellApart = wanted.includes('entry.update') || wanted.includes('entry.create');
    if (context.action !== 'update' || !tellApart) return NO_ROWS;
    return rowIds(strapi, context.uid, context.params.documentId);
  }

  /** Rows that go or are replaced are read before. */
  async function viewedBefore(context: Context, wanted: EntryEvent[]): Promise<ViewedRows> {
    const views = wanted.flatMap((name) =>
      deps
        .views(name, context.uid)
        .filter(({ include }) => isGone(name) || include.includes('previous'))
        .flatMap(({ entry }) => entry ?? [])
    );
    if (views.length === 0 || typeof context.params.documentId !== 'string') return new Map();
    return readViews(readView, { uid: context.uid, where: whereBefore(context) }, views);
  }

  async function changesOf(
    context: Context,
    result: unknown,
    before: ReadonlySet<number>
  ): Promise<Change[]> {
    const { action, uid, contentType, params } = context;
    if (action !== 'create' && action !== 'update') return changesPerRow(action, result);
    // An update of a missing document writes nothing.
    if (!isRow(result)) return [];
    const type: DocumentType = {
      uid,
      draftAndPublish: contentType.options?.draftAndPublish === true,
      localized: contentType.pluginOptions?.i18n?.localized === true,
    };
    const published = params.status === 'published';
    return changesOfWrite(await writtenVersions(strapi, type, result, { before, published }));
  }

  function captureOf(context: Context, wanted: EntryEvent[]): WriteCapture {
    let before = NO_ROWS;
    let preimages: Preimages = [];
    let viewed: ViewedRows = new Map();
    const shared = readsOf(context.uid);
    const mute = mutes.current();
    const isOnlyCounted = mute?.keepsEvents === false;

    async function eventsOf(changes: readonly Change[], trx: OpenTransaction): Promise<NewEvent[]> {
      return entryEvents(context.uid, changes, { trx, shared }, { preimages, viewed });
    }

    return {
      async before() {
        before = await rowsBefore(context, wanted);
        if (isOnlyCounted) return;
        preimages = await readPreimages(context, wanted, (name) => deps.needs(name, context.uid));
        viewed = await viewedBefore(context, wanted);
      },
      async after(result, transaction) {
        try {
          const all = await changesOf(context, result, before);
          const changes = all.filter(({ name }) => wanted.includes(name));
          const events = isOnlyCounted ? [] : await eventsOf(changes, transaction.trx);
          // Strapi emits its own events after the same commit.
          transaction.onCommit(() => {
            for (const { name, row } of changes) tripwire.captured(name, context.uid, row.id);
          });
          if (isOnlyCounted) await mute.withhold(changes.length, transaction);
          else await recordIn(transaction, events, mute);
        } catch (error) {
          throw asRequestError(error);
        }
      },
      committed: shared.offer,
    };
  }

  const middleware = (context: Context, next: () => Promise<unknown>): Promise<unknown> => {
    const wanted = wantedEvents(context);
    return wanted.length === 0 ? next() : transactions.capture(captureOf(context, wanted), next);
  };
  return middleware as unknown as DocumentMiddleware;
}

/** Keeps a middleware inside every other one, whenever those are registered. */
export function useInnermost(documents: Documents, middleware: DocumentMiddleware): void {
  const { use } = documents;
  const register = (): (() => void) => use(middleware) as unknown as () => void;
  let leave = register();
  documents.use = (other) => {
    leave();
    const undo = use(other);
    leave = register();
    return undo;
  };
}
