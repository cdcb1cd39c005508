/** The versions of documents that the receiver of an endpoint has. Pure. */
import { createHash } from 'node:crypto';

import { orderKeyOf } from '../gates/delivery-mode';
import { bodyBytes } from '../message/payload';
import type { ClaimedMessage, NewEvent, StoredBody } from '../message/message';
import type { LedgerNote } from './note';

export type { LedgerNote } from './note';

/** A row of the ledger. */
export interface LedgerEntry extends Required<LedgerNote> {
  /** Unique. The same for the same version and endpoint. */
  key: string;
  endpointId: number;
  acknowledgedAt: number;
}

const GONE: ReadonlySet<string> = new Set(['entry.delete', 'entry.unpublish']);

export const hashOf = (body: StoredBody): string =>
  createHash('sha256').update(bodyBytes(body)).digest('hex');

/** @returns null for an event that is not about an entry. */
export function noteOf(event: NewEvent): LedgerNote | null {
  const { name, uid, entryDocumentId, entryLocale, entryStatus, entryUpdatedAt } = event;
  if (uid === null || entryDocumentId === null || !entryStatus) return null;
  return {
    uid,
    documentId: entryDocumentId,
    locale: entryLocale,
    status: entryStatus,
    updatedAt: entryUpdatedAt ?? null,
    event: name,
    occurredAt: event.occurredAt,
    isGone: GONE.has(name),
  };
}

export const ledgerKey = (
  endpointId: number,
  { uid, documentId, locale, status }: Pick<LedgerNote, 'uid' | 'documentId' | 'locale' | 'status'>
): string | null =>
  orderKeyOf(endpointId, {
    uid,
    entryDocumentId: documentId,
    entryLocale: locale,
    entryStatus: status,
  });

/** @returns what a receiver has once it has acknowledged these messages, in this order. The last one counts. */
export function acknowledged(
  messages: readonly { message: ClaimedMessage; at: number }[]
): LedgerEntry[] {
  const entries = new Map<string, LedgerEntry>();
  for (const { message, at } of messages) {
    const { endpointId, ledger } = message;
    if (endpointId === null || !ledger) continue;
    for (const note of ledger) {
      const key = ledgerKey(endpointId, note);
      if (key === null) continue;
      const hash = note.hash ?? hashOf(message.body);
      entries.set(key, { ...note, hash, key, endpointId, acknowledgedAt: at });
    }
  }
  // In one order everywhere, so that groups that share rows cannot deadlock.
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
