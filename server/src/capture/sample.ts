/** Makes the event that an entry would cause, as it is in the database, without a change of it. */
import type { UID } from '@strapi/strapi';

import type { NewEvent } from '../core/message/message';
import type { View } from '../core/shape/view';
import type { OpenTransaction } from '../host/confirmed-transaction';
import { createEntryEvents } from './entry-events';
import { isGone, type EntryEvent, type EntryRow } from './events';
import { createPopulate } from './populate';
import type { EntryDeps } from './ports';
import { UNSHARED } from './shared-read';
import { createReadView, readViews } from './views';

export const SAMPLED_EVENTS = [
  'entry.create',
  'entry.update',
  'entry.publish',
  'entry.unpublish',
  'entry.draft-discard',
  'entry.delete',
] as const satisfies readonly EntryEvent[];

export interface SampleRequest {
  uid: string;
  documentId: string;
  /** Null: the content type is not localized, or any. */
  locale: string | null;
  /** Null: published for `entry.publish` and `entry.unpublish` if there is one, otherwise the draft. */
  status: 'draft' | 'published' | null;
  event: EntryEvent;
}

export type Sample =
  | { event: NewEvent }
  /** The part of the request that matches no row. */
  | { missing: 'documentId' | 'locale' | 'status' };

/** All that filters can ask for. */
const EVERYTHING = { previous: 'all', gone: 'all' } as const;

export function createSampler(deps: Omit<EntryDeps, 'needs' | 'views'>) {
  const { strapi } = deps;
  const populateOf = createPopulate(strapi);
  const readView = createReadView(strapi, deps.log);

  const rowsWhere = (uid: string, where: object, populate = {}): Promise<EntryRow[]> =>
    strapi.db.query(uid).findMany({ where, populate, orderBy: { id: 'asc' } }) as Promise<
      EntryRow[]
    >;

  const hasDrafts = (uid: string): boolean =>
    strapi.getModel(uid as UID.ContentType).options?.draftAndPublish === true;

  /** Rows of the version before; null: it is not known. */
  function previousOf(event: EntryEvent, row: EntryRow, rows: EntryRow[]): EntryRow[] | null {
    if (event === 'entry.create') return [];
    if (isGone(event)) return [row];
    if (event !== 'entry.publish' || row.publishedAt != null) return null;
    return rows.filter(({ publishedAt }) => publishedAt != null);
  }

  /**
   * The version before an event is known for a draft that would be published, and for rows that are new or go.
   *
   * @param view the one that the event is going to be rendered by.
   */
  return async function sample(
    { uid, documentId, locale, status, event }: SampleRequest,
    view: View | null
  ): Promise<Sample> {
    const versions = await rowsWhere(uid, { documentId });
    if (versions.length === 0) return { missing: 'documentId' };
    const chosen = choose(versions, { locale, status, event }, hasDrafts(uid));
    if ('missing' in chosen) return chosen;
    const { row, rows } = chosen;

    const preimages = previousOf(event, row, rows);
    const where = { id: { $in: (preimages ?? []).map(({ id }) => id) } };
    const entryEvents = createEntryEvents({
      ...deps,
      needs: () => EVERYTHING,
      views: () => (view === null ? [] : [view]),
    });
    const [made] = await entryEvents(
      uid,
      [{ name: event, row }],
      { trx: {} as OpenTransaction, shared: UNSHARED },
      {
        preimages: preimages && (await rowsWhere(uid, where, populateOf(uid))),
        viewed: view?.entry ? await readViews(readView, { uid, where }, [view.entry]) : new Map(),
      }
    );
    if (made === undefined) throw new Error(`${event} of ${uid} made no event`);
    return { event: { ...made, source: 'test' } };
  };
}

export type Sampler = ReturnType<typeof createSampler>;

/** @returns the row that is asked for, and those of its locale. */
function choose(
  versions: readonly EntryRow[],
  { locale, status, event }: Pick<SampleRequest, 'locale' | 'status' | 'event'>,
  draftAndPublish: boolean
): { row: EntryRow; rows: EntryRow[] } | { missing: 'locale' | 'status' } {
  const [first] = locale === null ? versions : versions.filter((one) => one.locale === locale);
  if (first === undefined) return { missing: 'locale' };
  const rows = versions.filter((one) => one.locale === first.locale);
  const withStatus = (wanted: 'draft' | 'published'): EntryRow | undefined =>
    rows.find((one) => !draftAndPublish || (one.publishedAt != null) === (wanted === 'published'));
  const usual = event === 'entry.publish' || event === 'entry.unpublish' ? 'published' : 'draft';
  const row = status === null ? (withStatus(usual) ?? first) : withStatus(status);
  return row === undefined ? { missing: 'status' } : { row, rows };
}
