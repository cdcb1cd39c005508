/**
 * Changes become events: rows are read again as they have become, inside the transaction that
 * changed them, stripped of private fields, and rendered once.
 *
 * Strapi's own webhooks read after the commit instead, and so may find a later state, or nothing and
 * send `entry: null` (https://github.com/strapi/strapi/issues/25387).
 */
import type { UID } from '@strapi/strapi';

import type { NewEvent } from '../core/message/message';
import { renderEntryPayload } from '../core/message/payload';
import { currentActor } from '../host/actor';
import { bodyOf, JSON_TYPE, sanitizeOutput } from './body';
import { isGone, type Change } from './events';
import type { CaptureDeps } from './ports';
import { createReadEntries } from './read-entries';

export function createEntryEvents({ strapi, now, maxBytes }: CaptureDeps) {
  const readEntries = createReadEntries(strapi);

  return async function entryEvents(uid: string, changes: readonly Change[]): Promise<NewEvent[]> {
    if (changes.length === 0) return [];
    const model = strapi.getModel(uid as UID.ContentType).modelName;
    const actor = currentActor(strapi);
    const occurredAt = now();

    const changed = changes.filter(({ name }) => !isGone(name)).map(({ row }) => row.id);
    const entries = await readEntries(uid, changed);
    const events: NewEvent[] = [];
    for (const { name, row } of changes) {
      const found = isGone(name) ? row : (entries.get(row.id) ?? null);
      const entry = await sanitizeOutput(strapi, uid, found);
      const createdAt = new Date(occurredAt);
      events.push({
        name,
        uid,
        entryDocumentId: row.documentId,
        entryLocale: found?.locale ?? row.locale ?? null,
        body: bodyOf(
          renderEntryPayload({ event: name, createdAt, model, uid, entry }),
          maxBytes,
          name
        ),
        contentType: JSON_TYPE,
        actor,
        source: 'content',
        occurredAt,
      });
    }
    return events;
  };
}
