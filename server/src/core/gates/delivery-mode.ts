/** How an endpoint is sent the events of its topics. */
import { createHash } from 'node:crypto';

import { HOUR_MS, SECOND_MS } from '../time';

export type DeliveryMode =
  /** Each event, as it happens. */
  | { mode: 'every' }
  /** The state of each document: a newer message replaces an older one that is not delivered. */
  | { mode: 'latest' }
  /** Many events, one message. */
  | ({ mode: 'batch' } & BatchRule);

/** Says which events become one message, and how many at most. Durations in ms. */
export type BatchRule =
  /** The events of one transaction: a bulk publish, a release, all locales. */
  | { by: 'transaction'; maxEvents: number }
  /** Events until none came for `quietMs`, or the first has waited for `maxWaitMs`. */
  | { by: 'quiet-time'; quietMs: number; maxWaitMs: number; maxEvents: number };

export const BATCH_LIMITS = {
  maxEvents: { min: 1, max: 1_000 },
  quietMs: { min: SECOND_MS, max: HOUR_MS },
  maxWaitMs: { min: SECOND_MS, max: 24 * HOUR_MS },
} as const;

export const EVERY: DeliveryMode = { mode: 'every' };

/** The version of a document that an event is about. */
export interface Version {
  uid: string | null;
  entryDocumentId: string | null;
  entryLocale: string | null;
  /** Null: the content type has no draft and publish, or the event is not about an entry. */
  entryStatus?: 'draft' | 'published' | null;
}

/** Lane of the messages that wait behind an endpoint in mode `latest`. */
export const latestLane = (endpointId: number | ''): string => `l:${endpointId}`;

/** Lane of the events that wait to become one message for an endpoint in mode `batch`. */
export const batchLane = (endpointId: number | ''): string => `g:${endpointId}`;

const BATCH_KEY = 'b:';

/** @param transaction distinguishes what was committed together; empty when that does not matter. */
export const batchKeyOf = (kind: string, transaction: string): string =>
  `${BATCH_KEY}${kind}:${transaction}`;

/** @returns the kind, or null for a key of mode `latest`. */
export const batchKindIn = (key: string): string | null =>
  key.startsWith(BATCH_KEY) ? (key.split(':')[1] ?? null) : null;

export const isLatestLane = (lane: string): boolean => lane.startsWith(latestLane(''));

/** Hex digits of a key: 128 bits, so that two documents do not share one. */
const DIGITS = 32;
const STATUSES = { draft: 'd', published: 'p', none: '-' } as const;

/**
 * Messages with the same key are about the same version of a document for the same endpoint: in one
 * locale, draft or published. The keys of a document differ in the last character.
 *
 * @returns null for an event that is not about a document.
 */
export function orderKeyOf(endpointId: number, version: Version): string | null {
  const { uid, entryDocumentId, entryLocale, entryStatus } = version;
  if (uid === null || entryDocumentId === null) return null;
  const digest = createHash('sha256')
    .update(JSON.stringify([endpointId, uid, entryDocumentId, entryLocale]))
    .digest('hex')
    .slice(0, DIGITS);
  return digest + STATUSES[entryStatus ?? 'none'];
}

/** Keys of all versions of the documents of these keys. */
export const siblingKeys = (keys: readonly string[]): string[] =>
  [...new Set(keys.map(documentOf))].flatMap((document) =>
    Object.values(STATUSES).map((status) => document + status)
  );

/** The part of a key that all versions of a document share. */
export const documentOf = (key: string): string => key.slice(0, DIGITS);
