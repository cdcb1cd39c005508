/** Makes events that were recorded earlier into events that filters judge and shapes render. */
import omit from 'lodash/omit';

import { instantOf } from '../../core/ledger/compare';
import { entryStatus } from '../../core/message/entry-status';
import { keptSubject } from '../../core/filter/kept';
import type { Schemas } from '../../core/filter/fields';
import type { NewEvent, ViewedBody } from '../../core/message/message';
import { bodyBytes, storeBody } from '../../core/message/payload';
import { NESTED, project, type ViewQuery } from '../../core/shape/project';
import type { Shape } from '../../core/shape/shape';
import { viewOf, type EntryView, type NeedsOf, type View } from '../../core/shape/view';
import type { StoredEvent } from '../../store/types';

/** Events of Strapi. What was published has the body of its publisher. */
export const KEPT_SOURCES: readonly NewEvent['source'][] = ['content', 'media', 'hub'];

interface Dependencies {
  schemas: Schemas;
  /** A view as a query of the database. */
  viewQuery(uid: string, view: EntryView): Promise<ViewQuery>;
  codeNeeds: NeedsOf;
}

type Payload = Record<string, unknown>;
type Entry = Readonly<Record<string, unknown>>;

/** All that a reduced entry may have, if it does not have its own columns. */
const IDS: ReadonlySet<string> = new Set(['documentId', 'locale', 'localizations']);
/** Strapi sends them without relations, media and components. */
const GONE: ReadonlySet<string> = new Set(['entry.delete', 'entry.unpublish']);

/**
 * Fields and populate are taken from the recorded entry. What it lacks, and what was not recorded of the change,
 * makes the payload a reduced one.
 */
export function createKeptEvents({ schemas, viewQuery, codeNeeds }: Dependencies) {
  async function viewed(
    uid: string,
    view: View,
    payload: Payload,
    reduced: boolean
  ): Promise<ViewedBody> {
    const kept = payload.entry as Entry;
    const { entry, missing } = view.entry
      ? project(uid, kept, await viewQuery(uid, view.entry), schemas)
      : { entry: kept, missing: [] };
    const lacking = [...missing, ...view.include];
    const body = storeBody(Buffer.from(JSON.stringify({ ...payload, entry })));
    return { body, reduced: reduced || lacking.length > 0, missing: lacking };
  }

  /** @param shape the one that the event is going to be rendered by. */
  return async function revive(event: StoredEvent, shape: Shape | null): Promise<NewEvent> {
    const { name, uid, entryLocale, actor, body } = event;
    const plain: NewEvent = { ...omit(event, 'id', 'createdAt'), occurredAt: event.createdAt };
    if (uid === null || !name.startsWith('entry.') || schemas(uid) === undefined) return plain;
    const payload = JSON.parse(bodyBytes(body).toString('utf8')) as Payload;
    const entry = payload.entry as Entry | null;
    if (entry === null) return plain;
    const reduced = isReduced({ name, uid, entry }, schemas);
    const view = shape && viewOf(shape, codeNeeds);
    return {
      ...plain,
      reduced,
      entryStatus: entryStatus(name, entry),
      entryUpdatedAt: instantOf(entry.updatedAt),
      subject: keptSubject({ name, uid, entryLocale, actor }, entry, schemas),
      ...(view !== null && {
        views: new Map([[view.key, await viewed(uid, view, payload, reduced)]]),
      }),
    };
  };
}

export type KeptEvents = ReturnType<typeof createKeptEvents>;

/** Whether the entry was too large: it then has its own columns or its ids only. */
function isReduced(
  { name, uid, entry }: { name: string; uid: string; entry: Entry },
  schemas: Schemas
): boolean {
  const attributes = Object.entries(schemas(uid) ?? {}).filter(([key]) => !IDS.has(key));
  const lacksAll = (isNested: boolean): boolean => {
    const named = attributes.filter(([, { type }]) => NESTED.has(type) === isNested);
    return named.length > 0 && named.every(([key]) => !Object.hasOwn(entry, key));
  };
  return lacksAll(false) || (!GONE.has(name) && lacksAll(true));
}
