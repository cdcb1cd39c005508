/**
 * Reads the versions of a document before a write, in its transaction: for filters and shapes that ask for
 * the version before, and for rows that are about to go.
 */
import type { Core } from '@strapi/strapi';
import pick from 'lodash/pick';

import { combined, type Attributes, type Needs } from '../core/filter/needs';
import type { Change, EntryEvent, EntryRow } from './events';
import { isGone } from './events';
import { createPopulate, type Populate } from './populate';

/** Rows of the document before the write, read as far as needed. */
export type Preimages = readonly EntryRow[];

export interface Write {
  uid: string;
  action: string;
  params: { documentId?: unknown; locale?: unknown };
}

/** The version that an action replaces or removes. */
const STATUS_BEFORE: ReadonlyMap<string, object> = new Map([
  ['publish', { publishedAt: { $notNull: true } }],
  ['unpublish', { publishedAt: { $notNull: true } }],
  ['discardDraft', { publishedAt: { $null: true } }],
]);

const EVERY_LOCALE = '*';

export function createPreimages(strapi: Core.Strapi) {
  const populateOf = createPopulate(strapi);

  function populateFor(uid: string, attributes: Attributes): Populate {
    const whole = populateOf(uid);
    return attributes === 'all' ? whole : pick(whole, [...attributes]);
  }

  /** @param needsOf what an event of the write needs; null: nothing. */
  return async function readPreimages(
    { uid, action, params }: Write,
    wanted: readonly EntryEvent[],
    needsOf: (name: EntryEvent) => Needs | null
  ): Promise<Preimages> {
    const { documentId } = params;
    const needed = neededBefore(wanted, needsOf);
    if (needed === null || typeof documentId !== 'string') return [];
    return strapi.db
      .queryBuilder(uid)
      .init({ where: rowsBefore({ uid, action, params }), populate: populateFor(uid, needed) })
      .execute<EntryRow[]>();
  };
}

/** Finds the rows that a write replaces or removes. */
export const rowsBefore = ({ action, params: { documentId, locale } }: Write): object => ({
  documentId,
  ...localeWhere(locale),
  ...STATUS_BEFORE.get(action),
});

/** @returns the attributes to read; null when no version before is needed. */
function neededBefore(
  wanted: readonly EntryEvent[],
  needsOf: (name: EntryEvent) => Needs | null
): Attributes | null {
  const needs = wanted.flatMap((name) => {
    const its = needsOf(name);
    if (its === null) return [];
    return isGone(name) ? [{ previous: its.previous, gone: its.gone }] : [{ ...its, gone: null }];
  });
  const { previous, gone } = combined(needs);
  return combined([
    { previous, gone: null },
    { previous: gone, gone: null },
  ]).previous;
}

function localeWhere(locale: unknown): object {
  if (typeof locale === 'string' && locale !== EVERY_LOCALE) return { locale };
  return Array.isArray(locale) ? { locale: { $in: locale } } : {};
}

/** @returns the version that the change replaced; of a row that is gone, that row; null for a new one. */
export function versionBefore({ name, row }: Change, rows: Preimages): EntryRow | null {
  const locale = row.locale ?? null;
  const found = rows.find((before) => {
    switch (name) {
      case 'entry.publish':
        return (before.locale ?? null) === locale && before.publishedAt != null;
      case 'entry.draft-discard':
        return (before.locale ?? null) === locale && before.publishedAt == null;
      case 'entry.create':
        return false;
      case 'entry.update':
      case 'entry.unpublish':
      case 'entry.delete':
        return before.id === row.id;
    }
  });
  return found ?? null;
}
