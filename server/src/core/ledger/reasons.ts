/**
 * Why an endpoint with a ledger should be compared: changes that no event tells of. Pure.
 *
 * An import deletes all rows of a content type and makes others, which have new ids and keep their dates
 * (docs/decisions/0029).
 */
import { createHash } from 'node:crypto';

import type { Filter } from '../filter/filter';
import type { Shape } from '../shape/shape';

/** `content`: it was replaced by an import or a transfer. The others: a change of settings, or an adoption. */
export const REASONS = ['content', 'adoption', 'filter', 'shape', 'topics'] as const;
export type ReasonKind = (typeof REASONS)[number];

export interface Reason {
  kind: ReasonKind;
  at: number;
}

/** Rows of a content type as they were at a time. */
export interface Extent {
  lastId: number;
  at: number;
}

export interface SeenRows {
  /** 0: there is none. */
  firstId: number;
  firstCreatedAt: number | null;
  lastId: number;
}

/** Whether all rows are new, and older than the time when there were others. */
export const wasReplaced = (before: Extent, { firstId, firstCreatedAt }: SeenRows): boolean =>
  firstId > before.lastId && firstCreatedAt !== null && firstCreatedAt < before.at;

/** The settings that decide which versions an endpoint is told of, and how. */
interface Told {
  filter: Filter | null;
  shape: Shape | null;
  topics: readonly {
    id: number;
    enabled: boolean;
    events: readonly string[];
    contentTypes: readonly string[] | null;
    filter: Filter | null;
  }[];
}

/** Digests of its parts. */
export type ToldDigests = Record<'filter' | 'shape' | 'topics', string>;

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

const isOfEntries = (event: string): boolean => event === '*' || event.startsWith('entry.');

export function digestsOf({ filter, shape, topics }: Told): ToldDigests {
  const named = topics
    .map(({ id, enabled, events, contentTypes, filter: own }) => ({
      ...{ id, enabled, contentTypes, filter: own },
      events: events.filter(isOfEntries),
    }))
    .filter(({ enabled, events }) => enabled && events.length > 0)
    .sort((a, b) => a.id - b.id);
  return { filter: digest(filter), shape: digest(shape), topics: digest(named) };
}

/** @returns the part that differs, or null. */
export const changedPart = (before: ToldDigests, after: ToldDigests): keyof ToldDigests | null =>
  (['filter', 'shape', 'topics'] as const).find((part) => before[part] !== after[part]) ?? null;
