/**
 * Reads entries as shapes ask for them: with REST's `fields` and `populate`, sanitized by Strapi's own rules.
 * What a content type does not have any more is left out.
 */
import { queryParams, sanitize } from '@strapi/utils';
import type { Core, UID } from '@strapi/strapi';

import type { View } from '../core/shape/view';
import type { EntryRow } from './events';

type Query = Record<string, unknown>;
type Model = Parameters<typeof sanitize.sanitizers.defaultSanitizeFields>[0]['schema'];

export type ReadView = (uid: string, view: View, where: object) => Promise<EntryRow[]>;

/** Rows by the key of the view they were read for. */
export type ViewedRows = ReadonlyMap<string, readonly EntryRow[]>;

export function createReadView(strapi: Core.Strapi): ReadView {
  const getModel = (uid: string): Model => strapi.getModel(uid as UID.Schema);
  const { transformQueryParams } = queryParams.createTransformer({ getModel });
  const known = new Map<string, Promise<Query>>();

  async function build(uid: string, { fields, populate }: View): Promise<Query> {
    const context = { schema: getModel(uid), getModel };
    const { defaultSanitizeFields, defaultSanitizePopulate } = sanitize.sanitizers;
    const own =
      fields === null ? null : ((await defaultSanitizeFields(context, fields)) as string[]);
    const other = populate === null ? null : await defaultSanitizePopulate(context, populate);
    return transformQueryParams(uid, {
      ...(own !== null && { fields: own.length > 0 ? own : ['documentId'] }),
      ...(other !== null && { populate: other as never }),
    }) as Query;
  }

  function queryOf(uid: string, view: View): Promise<Query> {
    const key = `${uid} ${view.key}`;
    const made = known.get(key);
    if (made !== undefined) return made;
    const query = build(uid, view);
    known.set(key, query);
    query.catch(() => known.delete(key)); // the caller learns of it; the next one tries again
    return query;
  }

  return async (uid, view, where) =>
    strapi.db
      .queryBuilder(uid)
      .init({ ...(await queryOf(uid, view)), where })
      .execute<EntryRow[]>();
}

/** Reads each view. */
export async function readViews(
  read: ReadView,
  { uid, where }: { uid: string; where: object },
  views: readonly View[]
): Promise<ViewedRows> {
  const rows = new Map<string, readonly EntryRow[]>();
  for (const view of views) rows.set(view.key, await read(uid, view, where));
  return rows;
}
