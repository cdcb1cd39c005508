/**
 * Capture of every Document Service write, in the content's own transaction.
 *
 * Strapi opens its transaction inside `next`; ours encloses it, and Strapi's joins. Without that, a
 * crash between the content's commit and ours would lose the event, and a failing insert would leave
 * content that nobody was told about.
 */
import type { Core, UID } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';
import { asRequestError } from './body';
import { createEntryEvents } from './entry-events';
import {
  changesOfWrite,
  changesPerRow,
  isRow,
  possibleEvents,
  type Change,
  type EntryEvent,
} from './events';
import { confirmedTransaction } from '../host/confirmed-transaction';
import type { CaptureDeps } from './ports';
import { createReadSharing } from './shared-read';
import { rowIds, writtenVersions, type DocumentType } from './versions';

const OWN_UIDS = `plugin::${PLUGIN_ID}.`;
const NO_ROWS: ReadonlySet<number> = new Set();

export type DocumentMiddleware = Parameters<Core.Strapi['documents']['use']>[0];

/** Of Strapi's context, what we read. */
interface Context {
  action: string;
  uid: UID.ContentType;
  /** Read after the write: middlewares further in may replace it. */
  params: { documentId?: unknown; status?: unknown };
  contentType: {
    options?: { draftAndPublish?: boolean };
    pluginOptions?: { i18n?: { localized?: boolean } };
  };
}

interface Transaction {
  onCommit(callback: () => void): void;
}

export function createDocumentMiddleware(deps: CaptureDeps): DocumentMiddleware {
  const { strapi, wants, record, wake } = deps;
  const entryEvents = createEntryEvents(deps);
  const readsOf = createReadSharing(strapi);

  function wantedEvents({ action, uid, contentType }: Context): EntryEvent[] {
    if (uid.startsWith(OWN_UIDS)) return [];
    const possible = possibleEvents(action, contentType.options?.draftAndPublish === true);
    return possible.filter((name) => wants(name, uid));
  }

  /** Only an update has to know what was there before, and only to tell it from a creation. */
  async function rowsBefore(context: Context, wanted: EntryEvent[]): Promise<ReadonlySet<number>> {
    const tellApart = wanted.includes('entry.update') || wanted.includes('entry.create');
    if (context.action !== 'update' || !tellApart) return NO_ROWS;
    return rowIds(strapi, context.uid, context.params.documentId);
  }

  async function changesOf(
    context: Context,
    result: unknown,
    before: ReadonlySet<number>
  ): Promise<Change[]> {
    const { action, uid, contentType, params } = context;
    if (action !== 'create' && action !== 'update') return changesPerRow(action, result);
    // An update of no document that exists writes nothing.
    if (!isRow(result)) return [];
    const type: DocumentType = {
      uid,
      draftAndPublish: contentType.options?.draftAndPublish === true,
      localized: contentType.pluginOptions?.i18n?.localized === true,
    };
    const published = params.status === 'published';
    return changesOfWrite(await writtenVersions(strapi, type, result, { before, published }));
  }

  const middleware = async (context: Context, next: () => Promise<unknown>): Promise<unknown> => {
    const wanted = wantedEvents(context);
    if (wanted.length === 0) return next();

    // In somebody else's transaction more may be written before the commit, and Strapi's own event
    // shows the entry as it is by then.
    const reads = strapi.db.inTransaction() ? undefined : readsOf(context.uid);
    return confirmedTransaction(strapi.db, async ({ onCommit }: Transaction) => {
      if (reads !== undefined) onCommit(() => reads.offer());
      const before = await rowsBefore(context, wanted);
      // Once: a second call would pass over the middlewares further in.
      const result = await next();
      try {
        const changes = await changesOf(context, result, before);
        const events = await entryEvents(
          context.uid,
          changes.filter(({ name }) => wanted.includes(name)),
          reads
        );
        if (events.length > 0 && (await record(events)) > 0) onCommit(wake);
      } catch (error) {
        throw asRequestError(error);
      }
      return result;
    });
  };
  return middleware as unknown as DocumentMiddleware;
}
