/**
 * Which events a Document Service write causes, by the rules of Strapi's own webhooks
 * (`@strapi/core`, `services/document-service/repository`).
 *
 * The action alone does not tell. An update that adds a locale is `entry.create`; a create or
 * update with `status: 'published'` is two events; publish, unpublish, discardDraft, delete and
 * clone are one event for each affected row.
 *
 * Pure: `versions.ts` reads what is needed.
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

/** Rows of a create or update, after the write. */
export interface WrittenVersions {
  /** The written draft; without draft and publish, the row. */
  written: EntryRow;
  /** Whether that row existed before. */
  existed: boolean;
  /** Rows that `status: 'published'` published in the same call. */
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
 * Every event the action may cause; none for reads. Ignores `params.status`, because a middleware
 * closer to the write may still change it.
 */
export function possibleEvents(action: string, draftAndPublish: boolean): readonly EntryEvent[] {
  return (draftAndPublish && PUBLISHING_WRITES.get(action)) || (WRITES.get(action) ?? NONE);
}

/** Deleted and unpublished rows are sent as they were, all others as they are. */
export function isGone(name: EntryEvent): boolean {
  return name === 'entry.delete' || name === 'entry.unpublish';
}

/** Events of the actions that return `{ entries }`, in Strapi's order. */
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

/** Create and update return the row, or null without such a document. */
export function isRow(value: unknown): value is EntryRow {
  return typeof value === 'object' && value !== null && 'id' in value;
}
