/** Compares the copy that a receiver keeps with the content, version by version and field by field. */
import type { Core, UID } from '@strapi/strapi';

import type { Copied, CopyReceiver } from './copy-receiver';

/** Relations, components and media are not columns; passwords and private fields are not sent. */
const NO_COLUMNS = new Set(['relation', 'component', 'dynamiczone', 'media', 'password']);
const OF_EVERY_ENTRY = ['id', 'documentId', 'updatedAt', 'publishedAt'];

type Entry = Record<string, unknown>;

interface Attribute {
  type: string;
  private?: boolean;
}

function fieldsOf(strapi: Core.Strapi, uid: string): string[] {
  const { attributes } = strapi.getModel(uid as UID.ContentType);
  const sent = Object.entries(attributes as Record<string, Attribute>)
    .filter(([, { type, private: isPrivate }]) => !NO_COLUMNS.has(type) && isPrivate !== true)
    .map(([name]) => name);
  return [...new Set([...OF_EVERY_ENTRY, ...sent])].sort();
}

const lineOf = (uid: string, fields: readonly string[], entry: Entry): string =>
  JSON.stringify([uid, ...fields.map((field) => entry[field] ?? null)]);

/** Reads the versions that the database has: each a line with all its fields. */
export async function versionsOf(strapi: Core.Strapi, uids: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const uid of uids) {
    const fields = fieldsOf(strapi, uid);
    const rows = (await strapi.db.query(uid).findMany()) as Entry[];
    // As JSON, which a receiver gets.
    const entries = JSON.parse(JSON.stringify(rows)) as Entry[];
    lines.push(...entries.map((entry) => lineOf(uid, fields, entry)));
  }
  return lines.sort();
}

/** Lists the versions that the receiver has, as `versionsOf` does. */
export const copiesOf = (strapi: Core.Strapi, copy: Pick<CopyReceiver, 'rows'>): string[] =>
  copy
    .rows()
    .map(({ uid, entry }) => lineOf(uid, fieldsOf(strapi, uid), entry))
    .sort();

/** Hashes of what was received and what the ledger says was acknowledged: a line each. */
export async function hashesOf(
  strapi: Core.Strapi,
  endpointId: number,
  copy: Pick<CopyReceiver, 'rows'>
): Promise<{ ledger: string[]; copy: string[] }> {
  const rows = (await strapi.db
    .connection('gw_ledger')
    .where({ endpoint_id: endpointId, gone: 0 })) as Record<string, string | null>[];
  const named = (parts: (string | null | undefined)[]) => parts.map((part) => part ?? '').join(' ');
  return {
    ledger: rows
      .map((row) =>
        named([row.uid, row.entry_document_id, row.entry_locale, row.entry_status, row.hash])
      )
      .sort(),
    copy: copy
      .rows()
      .map(({ uid, document_id, locale, status, hash }: Copied) =>
        named([uid, document_id, locale, status, hash])
      )
      .sort(),
  };
}
