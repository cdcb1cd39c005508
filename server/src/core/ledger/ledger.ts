/** The versions of documents that the receiver of an endpoint has. Pure. */
import { createHash } from 'node:crypto';

import { orderKeyOf } from '../gates/delivery-mode';
import { bodyBytes } from '../message/payload';
import type { ClaimedMessage, NewEvent, Settled, StoredBody } from '../message/message';
import { isNoted } from '../message/outcome';
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

export interface Acknowledgment {
  message: ClaimedMessage;
  at: number;
}

/** @returns which of these attempts receivers have acknowledged, in the order in which they responded. */
export const acknowledgmentsOf = (settled: readonly Settled[]): Acknowledgment[] =>
  settled
    .filter(isNoted)
    .sort((a, b) => a.settledAt - b.settledAt)
    .map(({ message, settledAt }) => ({ message, at: settledAt }));

/** @returns what a receiver has once it has acknowledged the message. */
export function entriesOf({ message, at }: Acknowledgment): LedgerEntry[] {
  const { endpointId, ledger, body } = message;
  if (endpointId === null || !ledger) return [];
  return ledger.flatMap((note) => {
    const key = ledgerKey(endpointId, note);
    const hash = note.hash ?? hashOf(body);
    return key === null ? [] : [{ ...note, hash, key, endpointId, acknowledgedAt: at }];
  });
}

/** @returns what receivers have once they have acknowledged these messages, in this order. The last one counts. */
export function acknowledged(messages: readonly Acknowledgment[]): LedgerEntry[] {
  const entries = new Map(messages.flatMap(entriesOf).map((entry) => [entry.key, entry]));
  // In one order everywhere, so that groups that share rows cannot deadlock.
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
