/** Reads documents as they are now, and makes the events of which a backfill consists. */
import type { UID } from '@strapi/strapi';

import type { NewEvent } from '../core/message/message';
import type { View } from '../core/shape/view';
import type { OpenTransaction } from '../host/confirmed-transaction';
import { createEntryEvents } from './entry-events';
import type { EntryRow } from './events';
import type { EntryDeps } from './ports';
import { UNSHARED } from './shared-read';

/** Rows of one content type. */
export interface DocumentQuery {
  uid: string;
  /** Of a content type with draft & publish. */
  status: 'published' | 'draft' | 'all';
  /** Of a localized content type. Null: all. */
  locales: readonly string[] | null;
  /** Row id. */
  after: number;
}

/** The same, null where a content type has no such versions. */
export interface DocumentRows extends Pick<DocumentQuery, 'uid' | 'locales' | 'after'> {
  status: 'published' | 'draft' | null;
}

export interface DocumentPage {
  rows: EntryRow[];
  /** Somebody is changing the row after these. */
  isBlocked: boolean;
  isEnd: boolean;
}

/** All that filters can ask for. */
const EVERYTHING = { previous: 'all', gone: 'all' } as const;

export function createDocuments(deps: Omit<EntryDeps, 'needs' | 'views'>) {
  const { strapi } = deps;
  const { db } = strapi;
  const modelOf = (uid: string) => strapi.getModel(uid as UID.ContentType);

  const hasDrafts = (uid: string): boolean => modelOf(uid).options?.draftAndPublish === true;

  function isLocalized(uid: string): boolean {
    const { i18n } = (modelOf(uid).pluginOptions ?? {}) as { i18n?: { localized?: boolean } };
    return i18n?.localized === true;
  }

  function narrowed({ uid, status, locales, ...range }: DocumentQuery): DocumentRows {
    return {
      uid,
      ...range,
      status: hasDrafts(uid) && status !== 'all' ? status : null,
      locales: isLocalized(uid) ? locales : null,
    };
  }

  function whereOf({ status, locales, after }: DocumentRows): object {
    return {
      id: { $gt: after },
      ...(status !== null && {
        publishedAt: { [status === 'draft' ? '$null' : '$notNull']: true },
      }),
      ...(locales !== null && { locale: { $in: [...locales] } }),
    };
  }

  const rowsWhere = (uid: string, query: object): Promise<EntryRow[]> =>
    db.query(uid).findMany(query) as Promise<EntryRow[]>;

  return {
    /** Codes of the app's locales. */
    locales: (): Promise<string[]> =>
      db
        .query('plugin::i18n.locale')
        .findMany({ select: ['code'] })
        .then((locales: { code: string }[]) => locales.map(({ code }) => code)),

    count: (query: DocumentQuery): Promise<number> =>
      db.query(query.uid).count({ where: whereOf(narrowed(query)) }),

    /**
     * Reads rows in order, and locks them until the transaction ends: a change that is under way is
     * waited for, and a later one is recorded after what is made of these rows.
     *
     * @param lock locks such rows, those that nobody else has locked. @returns their ids.
     */
    async page(
      query: DocumentQuery,
      limit: number,
      lock: (rows: DocumentRows, limit: number) => Promise<ReadonlySet<number>>
    ): Promise<DocumentPage> {
      const rowsOf = narrowed(query);
      // The first read of the transaction: on MySQL, the later ones see nothing that is older.
      const isFree = await lock(rowsOf, limit);
      const found = await rowsWhere(query.uid, {
        where: whereOf(rowsOf),
        orderBy: { id: 'asc' },
        limit,
      });
      const taken = found.findIndex(({ id }) => !isFree.has(id));
      const rows = taken === -1 ? found : found.slice(0, taken);
      return { rows, isBlocked: taken !== -1, isEnd: taken === -1 && found.length < limit };
    },

    /** @param view the one that the events are going to be rendered by. */
    async events(uid: string, rows: readonly EntryRow[], view: View | null): Promise<NewEvent[]> {
      const entryEvents = createEntryEvents({
        ...deps,
        tooLarge: 'reduce', // nobody is there to refuse
        needs: () => EVERYTHING,
        views: () => (view === null ? [] : [view]),
      });
      const drafts = hasDrafts(uid);
      const changes = rows.map((row) => ({
        name:
          drafts && row.publishedAt != null
            ? ('entry.publish' as const)
            : ('entry.update' as const),
        row,
      }));
      const made = await entryEvents(
        uid,
        changes,
        { trx: {} as OpenTransaction, shared: UNSHARED },
        { preimages: null, viewed: new Map<string, EntryRow[]>() }
      );
      return made.map((event) => ({ ...event, source: 'backfill' as const }));
    },
  };
}

export type Documents = ReturnType<typeof createDocuments>;
