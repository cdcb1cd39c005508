/**
 * Which events a Document Service write amounts to: the rules by which Strapi's own webhooks name
 * and count them, read from `@strapi/core`, `services/document-service/repository`.
 *
 * The action alone does not say. An update of a locale that did not exist is `entry.create`; a create
 * or update with `status: 'published'` is two events; publish, unpublish, discardDraft, delete and
 * clone are one event for each row they touched.
 *
 * Pure: what has to be looked up is looked up by `versions.ts`.
 */
export type EntryEvent =
  | 'entry.create'
  | 'entry.update'
  | 'entry.publish'
  | 'entry.unpublish'
  | 'entry.draft-discard'
  | 'entry.delete';

/** The content type of files. */
export const FILE_UID = 'plugin::upload.file';

/** A row of a content type: one version of a document in one locale. */
export interface EntryRow {
  id: number;
  documentId: string;
  locale?: string | null;
  [attribute: string]: unknown;
}

export interface Change {
  name: EntryEvent;
  row: EntryRow;
}

/** The rows behind a create or update, as they are when it is done. */
export interface WrittenVersions {
  /** The draft that was written; without draft and publish, the row. */
  written: EntryRow;
  /** That row was there before. */
  existed: boolean;
  /** What `status: 'published'` published in the same call. */
  published: readonly EntryRow[];
}

const WRITES: ReadonlyMap<string, readonly EntryEvent[]> = new Map([
  ['create', ['entry.create']],
  ['update', ['entry.update', 'entry.create']],
  ['clone', ['entry.create']],
  ['publish', ['entry.publish']],
  ['unpublish', ['entry.unpublish']],
  ['discardDraft', ['entry.draft-discard']],
  ['delete', ['entry.delete']],
]);

const PUBLISHING_WRITES: ReadonlyMap<string, readonly EntryEvent[]> = new Map([
  ['create', ['entry.create', 'entry.publish']],
  ['update', ['entry.update', 'entry.create', 'entry.publish']],
]);

const PER_ROW: ReadonlyMap<string, EntryEvent> = new Map([
  ['clone', 'entry.create'],
  ['publish', 'entry.publish'],
  ['unpublish', 'entry.unpublish'],
  ['discardDraft', 'entry.draft-discard'],
  ['delete', 'entry.delete'],
]);

const NONE: readonly EntryEvent[] = [];

/**
 * Every event the action could amount to; none for reads. `params.status` is not asked, because a
 * middleware between us and the write may still change it.
 */
export function possibleEvents(action: string, draftAndPublish: boolean): readonly EntryEvent[] {
  return (draftAndPublish && PUBLISHING_WRITES.get(action)) || (WRITES.get(action) ?? NONE);
}

/** Deleted and unpublished rows are sent as they were; all others as they have become. */
export function isGone(name: EntryEvent): boolean {
  return name === 'entry.delete' || name === 'entry.unpublish';
}

/** Events of the actions that answer `{ entries }`, in Strapi's order. */
export function changesPerRow(action: string, result: unknown): Change[] {
  const name = PER_ROW.get(action);
  const entries = (result as { entries?: unknown } | null | undefined)?.entries;
  if (name === undefined || !Array.isArray(entries)) return [];
  return entries.filter(isRow).map((row) => ({ name, row }));
}

/** Events of create and update. */
export function changesOfWrite({ written, existed, published }: WrittenVersions): Change[] {
  return [
    { name: existed ? 'entry.update' : 'entry.create', row: written },
    ...published.map((row): Change => ({ name: 'entry.publish', row })),
  ];
}

/** Create and update answer the row, or null when there was no such document. */
export function isRow(value: unknown): value is EntryRow {
  return typeof value === 'object' && value !== null && 'id' in value;
}
