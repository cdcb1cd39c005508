/**
 * Versions of a document before and after a create or update. They tell an update from the creation
 * of a locale, and find the rows that one call wrote and published.
 */
import type { Core, UID } from '@strapi/strapi';

import type { EntryRow, WrittenVersions } from './events';

export interface DocumentType {
  uid: UID.ContentType;
  draftAndPublish: boolean;
  localized: boolean;
}

interface Version extends EntryRow {
  publishedAt: unknown;
}

/** Ids of the document's current rows. */
export async function rowIds(
  strapi: Core.Strapi,
  uid: UID.ContentType,
  documentId: unknown
): Promise<ReadonlySet<number>> {
  if (typeof documentId !== 'string') return new Set();
  return new Set((await versionsOf(strapi, uid, documentId)).map(({ id }) => id));
}

/**
 * @param result what the call returned: the draft, or the published row when it also published.
 * @param before ids of the document's rows before the call.
 */
export async function writtenVersions(
  strapi: Core.Strapi,
  type: DocumentType,
  result: EntryRow,
  call: { before: ReadonlySet<number>; published: boolean }
): Promise<WrittenVersions> {
  if (!type.draftAndPublish || !call.published) {
    return { written: result, existed: call.before.has(result.id), published: [] };
  }
  // The result may lack `locale` (the caller chose `fields`), hence the row of that id.
  const versions = await versionsOf(strapi, type.uid, result.documentId);
  const locale = versions.find(({ id }) => id === result.id)?.locale;
  const siblings = type.localized
    ? versions.filter((version) => version.locale === locale)
    : versions;
  const draft = siblings.find((version) => version.publishedAt == null);
  return {
    written: draft ?? result,
    existed: draft !== undefined && call.before.has(draft.id),
    published: siblings.filter((version) => version.publishedAt != null),
  };
}

async function versionsOf(
  strapi: Core.Strapi,
  uid: UID.ContentType,
  documentId: string
): Promise<Version[]> {
  return (await strapi.db.query(uid).findMany({
    select: ['id', 'documentId', 'locale', 'publishedAt'],
    where: { documentId },
    orderBy: { id: 'asc' },
  })) as Version[];
}
