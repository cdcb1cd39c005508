/** Reads documents as they are now, and makes the events of which a backfill consists. */
import type { UID } from '@strapi/strapi';
import pickBy from 'lodash/pickBy';

import type { NewEvent } from '../core/message/message';
import { entryTitle } from '../core/message/entry-title';
import { renderEntryPayload } from '../core/message/payload';
import type { View } from '../core/shape/view';
import type { OpenTransaction } from '../host/confirmed-transaction';
import { bodyOf, JSON_TYPE } from './body';
import { createEntryEvents } from './entry-events';
import type { EntryEvent, EntryRow } from './events';
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

/** A version of a document that is not there any more. */
interface Gone {
  uid: string;
  documentId: string;
  locale: string | null;
  status: 'draft' | 'published';
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

    hasDrafts,

    isSingle: (uid: string): boolean =>
      strapi.contentTypes[uid as UID.ContentType]?.kind === 'singleType',

    /** Titles of the versions of these documents. Private fields name nothing. */
    async titles(
      uid: string,
      documentIds: readonly string[]
    ): Promise<(Omit<Gone, 'uid'> & { title: string | null })[]> {
      if (strapi.contentTypes[uid as UID.ContentType] === undefined) return [];
      const shown = pickBy(modelOf(uid).attributes, (one) => !('private' in one && one.private));
      const rows = await rowsWhere(uid, { where: { documentId: { $in: [...documentIds] } } });
      return rows.map((row) => ({
        documentId: row.documentId,
        locale: row.locale ?? null,
        status: row.publishedAt == null ? 'draft' : 'published',
        title: entryTitle(row, shown, deps.hiddenFields),
      }));
    },

    /** Rows of these documents, without relations. */
    versions: (uid: string, documentIds: readonly string[]): Promise<EntryRow[]> =>
      rowsWhere(uid, {
        where: { documentId: { $in: [...documentIds] } },
        orderBy: { id: 'asc' },
      }),

    /** The event that tells that a version is gone. Nothing is left of it but its ids. */
    gone(
      name: 'entry.unpublish' | 'entry.delete',
      { uid, documentId, locale, status }: Gone,
      view: View | null
    ): NewEvent {
      const occurredAt = deps.now();
      const { modelName: model } = modelOf(uid);
      const entry = { documentId, ...(locale !== null && { locale }) };
      const payload = { event: name, createdAt: new Date(occurredAt), model, uid, entry };
      const body = bodyOf(renderEntryPayload(payload), deps.maxBytes, name);
      return {
        name,
        uid,
        entryDocumentId: documentId,
        entryLocale: locale,
        entryStatus: status,
        body,
        contentType: JSON_TYPE,
        actor: { kind: 'none' },
        source: 'backfill',
        occurredAt,
        ...(view !== null && { views: new Map([[view.key, { body }]]) }),
      };
    },

    /**
     * @param view the one that the events are going to be rendered by.
     * @param as name and time of an earlier event, to render it again. Default: as they are now.
     */
    async events(
      uid: string,
      rows: readonly EntryRow[],
      view: View | null,
      as?: { name: string; occurredAt: number }
    ): Promise<NewEvent[]> {
      const entryEvents = createEntryEvents({
        ...deps,
        ...(as && { now: () => as.occurredAt }),
        tooLarge: 'reduce', // nobody is there to refuse
        needs: () => EVERYTHING,
        views: () => (view === null ? [] : [view]),
      });
      const drafts = hasDrafts(uid);
      const nameOf = ({ publishedAt }: EntryRow): EntryEvent =>
        drafts && publishedAt != null ? 'entry.publish' : 'entry.update';
      const changes = rows.map((row) => ({
        name: (as?.name as EntryEvent | undefined) ?? nameOf(row),
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
