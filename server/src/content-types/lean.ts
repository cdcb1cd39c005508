/**
 * Leaves out, of the log's tables, what Strapi gives every content type: who made and who last changed
 * a row, and the index of a document's versions. Rows of the log have neither author nor versions, and each of
 * these is an index that every message and every attempt would write.
 *
 * Called in `register()`: the attributes are gone before Strapi makes models of the types; the index is
 * taken from the model, which Strapi has made by the time of the hook and compares with the tables after it.
 * An installation that has them loses them then, as with any attribute that is removed.
 */
import type { Core, UID } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';

const CREATORS = ['createdBy', 'updatedBy'];

const uidOf = (name: string) => `plugin::${PLUGIN_ID}.${name}` as UID.ContentType;

const LOG = ['event', 'message', 'attempt'].map(uidOf);
/** Not of events: MySQL finds those it has inserted by their `document_id` (`store/queue/insert-rows.ts`). */
const WITHOUT_DOCUMENTS = ['message', 'attempt'].map(uidOf);

interface ContentTypes {
  extend(uid: string, change: (type: { attributes: Record<string, unknown> }) => void): void;
}

interface Hook {
  register(handler: () => void): void;
}

export function leaveOutHostColumns(strapi: Core.Strapi): void {
  const types = strapi.get<ContentTypes>('content-types');
  for (const uid of LOG) {
    types.extend(uid, ({ attributes }) => {
      for (const name of CREATORS) delete attributes[name];
    });
  }
  const beforeSync = strapi.hook('strapi::content-types.beforeSync') as Hook;
  beforeSync.register(() => {
    for (const uid of WITHOUT_DOCUMENTS) {
      const model = strapi.db.metadata.get(uid);
      model.indexes = model.indexes?.filter(({ columns }) => columns[0] !== 'document_id');
    }
  });
}
