/**
 * Reads entries as shapes ask for them: with REST's `fields` and `populate`, sanitized by Strapi's own rules.
 * What a content type does not have any more is left out.
 */
import { queryParams, sanitize } from '@strapi/utils';
import type { Core, UID } from '@strapi/strapi';

import type { EntryView } from '../core/shape/view';
import type { Log } from '../delivery/loop/ports';
import type { EntryRow } from './events';

type Query = Record<string, unknown>;

/** A view as a query of the database. */
export type ViewQueries = (uid: string, view: EntryView) => Promise<Query>;
type Model = Parameters<typeof sanitize.sanitizers.defaultSanitizeFields>[0]['schema'];

export type ReadView = (uid: string, view: EntryView, where: object) => Promise<EntryRow[]>;

/** Rows by the key of the view they were read for. */
export type ViewedRows = ReadonlyMap<string, readonly EntryRow[]>;

export function createViewQueries(strapi: Core.Strapi, log: Log): ViewQueries {
  const getModel = (uid: string): Model => strapi.getModel(uid as UID.Schema);
  const { transformQueryParams } = queryParams.createTransformer({ getModel });
  const known = new Map<string, Promise<Query>>();

  async function build(uid: string, { fields, populate }: EntryView): Promise<Query> {
    const context = { schema: getModel(uid), getModel };
    const { defaultSanitizeFields, defaultSanitizePopulate } = sanitize.sanitizers;
    const own =
      fields === null ? null : ((await defaultSanitizeFields(context, fields)) as string[]);
    const other = populate === null ? null : await defaultSanitizePopulate(context, populate);
    const query = own === null ? {} : { fields: own.length > 0 ? own : ['documentId'] };
    if (other === null) return transformQueryParams(uid, query) as Query;
    try {
      return transformQueryParams(uid, { ...query, populate: other as never }) as Query;
    } catch (error) {
      // It fits another content type of the endpoint, or did once. An editor must be able to save.
      log.warn(`entries of ${uid} are sent without the populate of a shape: ${String(error)}`);
      return transformQueryParams(uid, query) as Query;
    }
  }

  function queryOf(uid: string, view: EntryView): Promise<Query> {
    const key = `${uid} ${view.key}`;
    const made = known.get(key);
    if (made !== undefined) return made;
    const query = build(uid, view);
    known.set(key, query);
    query.catch(() => known.delete(key)); // the caller learns of it; the next one tries again
    return query;
  }

  return queryOf;
}

export function createReadView(strapi: Core.Strapi, log: Log): ReadView {
  const queryOf = createViewQueries(strapi, log);
  return async (uid, view, where) =>
    strapi.db
      .queryBuilder(uid)
      .init({ ...(await queryOf(uid, view)), where })
      .execute<EntryRow[]>();
}

/** Reads each view once. */
export async function readViews(
  read: ReadView,
  { uid, where }: { uid: string; where: object },
  views: readonly EntryView[]
): Promise<ViewedRows> {
  const rows = new Map<string, readonly EntryRow[]>();
  for (const view of views) {
    if (!rows.has(view.key)) rows.set(view.key, await read(uid, view, where));
  }
  return rows;
}
