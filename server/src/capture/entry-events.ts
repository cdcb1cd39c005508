/**
 * Turns changes into events: reads the changed rows inside their transaction, removes private
 * fields, and renders each once.
 *
 * Strapi's own webhooks read after the commit instead. They may find a later state, or nothing and
 * send `entry: null` (https://github.com/strapi/strapi/issues/25387).
 */
import type { UID } from '@strapi/strapi';

import { CoreError } from '../core/errors';
import type { NewEvent, StoredBody, ViewedBody } from '../core/message/message';
import { entryTitle } from '../core/message/entry-title';
import type { View } from '../core/shape/view';
import { renderEntryPayload } from '../core/message/payload';
import { currentActor } from '../host/actor';
import { bodyOf, flatEntry, JSON_TYPE, sanitizeOutput } from './body';
import { isGone, type Change, type EntryRow } from './events';
import type { CaptureDeps } from './ports';
import type { Preimages } from './preimages';
import { createReadEntries, type Reading } from './read-entries';
import { subjectOf } from './subject';
import { createReadView, readViews, type ViewedRows } from './views';

interface EntryPayload {
  event: string;
  createdAt: Date;
  model: string;
  uid: string;
  entry: unknown;
}

/** Rows that were read before the write. */
interface Before {
  preimages: Preimages;
  /** Rows that are gone now. */
  gone: ViewedRows;
}

export function createEntryEvents(deps: CaptureDeps) {
  const { strapi, now, maxBytes, log } = deps;
  const readEntries = createReadEntries(strapi);
  const readView = createReadView(strapi);

  /**
   * Renders the body of an event. A body that is too large is reduced to the entry's own columns,
   * or to its ids, so that the editor can save.
   *
   * @throws CoreError PAYLOAD_TOO_LARGE when the configuration says so.
   */
  function bodyWithin(
    payload: EntryPayload,
    row: EntryRow
  ): Pick<NewEvent, 'reduced'> & { body: StoredBody } {
    const bodyWith = (entry: unknown): StoredBody | CoreError =>
      unlessTooLarge(() =>
        bodyOf(renderEntryPayload({ ...payload, entry }), maxBytes, payload.event)
      );
    const whole = bodyWith(payload.entry);
    if (!(whole instanceof CoreError)) return { body: whole };
    if (deps.tooLarge === 'refuse') throw whole;

    const { id, documentId, locale } = row;
    const flat = bodyWith(flatEntry(strapi, payload.uid, payload.entry as object));
    const ids = { id, documentId, ...(locale != null && { locale }) };
    const body = flat instanceof CoreError ? bodyWith(ids) : flat;
    if (body instanceof CoreError) throw body;
    log.warn(`${payload.event} of ${payload.uid} ${documentId} was reduced: ${whole.message}`);
    return { body, reduced: true };
  }

  /** The body with the entry as each view has it. */
  async function bodiesOf(
    views: readonly View[],
    { name, row }: Change,
    payload: Omit<EntryPayload, 'entry'>,
    gone: ViewedRows
  ): Promise<ReadonlyMap<string, ViewedBody>> {
    const { uid } = payload;
    const rows = isGone(name)
      ? gone
      : await readViews(readView, { uid, where: { id: row.id } }, views);
    const bodies = new Map<string, ViewedBody>();
    for (const { key } of views) {
      const found = rows.get(key)?.find(({ id }) => id === row.id);
      if (found === undefined) continue;
      const entry = await sanitizeOutput(strapi, uid, found);
      bodies.set(key, bodyWithin({ ...payload, entry }, row));
    }
    return bodies;
  }

  return async function entryEvents(
    uid: string,
    changes: readonly Change[],
    reading: Reading,
    { preimages, gone }: Before
  ): Promise<NewEvent[]> {
    if (changes.length === 0) return [];
    const { modelName: model, attributes } = strapi.getModel(uid as UID.ContentType);
    const actor = currentActor(strapi);
    const occurredAt = now();

    const changed = changes.filter(({ name }) => !isGone(name)).map(({ row }) => row.id);
    const entries = await readEntries(uid, changed, reading);
    const events: NewEvent[] = [];
    for (const change of changes) {
      const { name, row } = change;
      const found = isGone(name) ? row : (entries.get(row.id) ?? null);
      const entry = await sanitizeOutput(strapi, uid, found);
      const needs = deps.needs(name, uid);
      const views = deps.views(name, uid);
      const captured = { uid, change, found, entry, before: preimages, actor };
      const createdAt = new Date(occurredAt);
      events.push({
        name,
        uid,
        entryDocumentId: row.documentId,
        entryLocale: found?.locale ?? row.locale ?? null,
        entryTitle: entryTitle(entry, attributes, deps.hiddenFields),
        ...bodyWithin({ event: name, createdAt, model, uid, entry }, row),
        contentType: JSON_TYPE,
        actor,
        source: 'content',
        occurredAt,
        ...(views.length > 0 && {
          views: await bodiesOf(views, change, { event: name, createdAt, model, uid }, gone),
        }),
        ...(needs && { subject: await subjectOf(strapi, deps.schemas, needs, captured) }),
      });
    }
    return events;
  };
}

function unlessTooLarge(render: () => StoredBody): StoredBody | CoreError {
  try {
    return render();
  } catch (error) {
    if (error instanceof CoreError && error.code === 'PAYLOAD_TOO_LARGE') return error;
    throw error;
  }
}
