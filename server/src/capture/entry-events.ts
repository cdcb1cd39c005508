/**
 * Turns changes into events: reads the changed rows inside their transaction, removes private
 * fields, and renders each once.
 *
 * Strapi's own webhooks read after the commit instead. They may find a later state, or nothing and
 * send `entry: null` (https://github.com/strapi/strapi/issues/25387).
 */
import type { UID } from '@strapi/strapi';

import { CoreError } from '../core/errors';
import { UNKNOWN, type Subject } from '../core/filter/filter';
import type { NewEvent, StoredBody, ViewedBody } from '../core/message/message';
import { instantOf } from '../core/ledger/compare';
import { entryStatus } from '../core/message/entry-status';
import { entryTitle } from '../core/message/entry-title';
import type { EntryView, View } from '../core/shape/view';
import { renderEntryPayload, type EntryPayload } from '../core/message/payload';
import { currentActor } from '../host/actor';
import { bodyOf, flatEntry, JSON_TYPE, sanitizeOutput } from './body';
import { isGone, type Change, type EntryRow } from './events';
import type { EntryDeps } from './ports';
import type { Preimages } from './preimages';
import { createReadEntries, type Reading } from './read-entries';
import { subjectOf } from './subject';
import { createReadView, readViews, type ViewedRows } from './views';

/** Rows that were read before the write. */
interface Before {
  /** Null: the version before is not known. */
  preimages: Preimages | null;
  /** The versions before as views have them. */
  viewed: ViewedRows;
}

/** An event as views are rendered of it. */
interface Rendered {
  change: Change;
  /** With the entry as Strapi's webhooks have it. */
  payload: EntryPayload;
  /** Undefined when nothing about the change is asked for. */
  subject: Subject | undefined;
  viewed: ViewedRows;
}

export function createEntryEvents(deps: EntryDeps) {
  const { strapi, now, maxBytes, log } = deps;
  const readEntries = createReadEntries(strapi);
  const readView = createReadView(strapi, deps.log);

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
    const bodyWith = (made: EntryPayload): StoredBody | CoreError =>
      unlessTooLarge(() => bodyOf(renderEntryPayload(made), maxBytes, payload.event));
    const whole = bodyWith(payload);
    if (!(whole instanceof CoreError)) return { body: whole };
    if (deps.tooLarge === 'refuse') throw whole;

    const { documentId, locale } = row;
    const idsOf = (version: object): object => ({
      ...('id' in version && { id: version.id }),
      documentId,
      ...(locale != null && { locale }),
    });
    const flat = bodyWith(
      withVersions(payload, (version) => flatEntry(strapi, payload.uid, version))
    );
    const body = flat instanceof CoreError ? bodyWith(withVersions(payload, idsOf)) : flat;
    if (body instanceof CoreError) throw body;
    log.warn(`${payload.event} of ${payload.uid} ${documentId} was reduced: ${whole.message}`);
    return { body, reduced: true };
  }

  /** The body with the entry as each view has it, and what it says about the change. */
  async function bodiesOf(
    views: readonly View[],
    { change: { name, row }, payload, subject, viewed }: Rendered
  ): Promise<ReadonlyMap<string, ViewedBody>> {
    const { uid } = payload;
    const own = views.flatMap(({ entry }) => entry ?? []);
    const rows = isGone(name)
      ? viewed
      : await readViews(readView, { uid, where: { id: row.id } }, own);

    /** @returns undefined when there is no such row. */
    async function versionOf({ key }: EntryView, from: ViewedRows, id: unknown): Promise<unknown> {
      const found = from.get(key)?.find((one) => one.id === id);
      return found && sanitizeOutput(strapi, uid, found);
    }

    async function included({ entry, include }: View): Promise<Partial<EntryPayload>> {
      const { previous = null, changed = [] } = subject ?? {};
      const known = entry === null || previous === null || previous === UNKNOWN;
      const before = known ? previous : ((await versionOf(entry, viewed, previous.id)) ?? null);
      return {
        ...(include.includes('previous') && before !== UNKNOWN && { previous: before }),
        ...(include.includes('changed') && changed !== UNKNOWN && { changed }),
      };
    }

    const bodies = new Map<string, ViewedBody>();
    for (const view of views) {
      const entry = view.entry ? await versionOf(view.entry, rows, row.id) : payload.entry;
      if (entry === undefined || entry === null) continue;
      const facts = await included(view);
      const missing = view.include.filter((one) => !(one in facts));
      const body = bodyWithin({ ...payload, entry, ...facts }, row);
      bodies.set(view.key, missing.length > 0 ? { ...body, reduced: true, missing } : body);
    }
    return bodies;
  }

  return async function entryEvents(
    uid: string,
    changes: readonly Change[],
    reading: Reading,
    { preimages, viewed }: Before
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
      const payload = { event: name, createdAt: new Date(occurredAt), model, uid, entry };
      const subject = needs ? await subjectOf(strapi, deps.schemas, needs, captured) : undefined;
      events.push({
        name,
        ...versionOf(uid, { name, row: found ?? row }),
        entryTitle: entryTitle(entry, attributes, deps.hiddenFields),
        ...bodyWithin(payload, row),
        contentType: JSON_TYPE,
        actor,
        source: 'content',
        occurredAt,
        ...(views.length > 0 && {
          views: await bodiesOf(views, { change, payload, subject, viewed }),
        }),
        ...(subject && { subject }),
      });
    }
    return events;
  };
}

/** @param change with the row as it is now, or with the one that is gone. */
const versionOf = (uid: string, { name, row }: Change) => ({
  uid,
  entryDocumentId: row.documentId,
  entryLocale: row.locale ?? null,
  entryStatus: entryStatus(name, row),
  entryUpdatedAt: instantOf(row.updatedAt),
});

/** The payload with each version of the entry made into another. */
const withVersions = (payload: EntryPayload, make: (version: object) => object): EntryPayload => ({
  ...payload,
  entry: make(payload.entry as object),
  ...(payload.previous != null && { previous: make(payload.previous) }),
});

function unlessTooLarge(render: () => StoredBody): StoredBody | CoreError {
  try {
    return render();
  } catch (error) {
    if (error instanceof CoreError && error.code === 'PAYLOAD_TOO_LARGE') return error;
    throw error;
  }
}
