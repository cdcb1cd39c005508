/** The versions of documents that the receiver of an endpoint has. Pure. */
import { hash } from 'node:crypto';

import { bodyBytes } from '../message/payload';
import type { ClaimedMessage, NewEvent, Settled, StoredBody } from '../message/message';
import { isNoted } from '../message/outcome';
import type { LedgerNote } from './note';

export type { LedgerNote } from './note';

/** A row of the ledger. */
export interface LedgerEntry extends Required<LedgerNote> {
  /** Unique. The same for the same version and endpoint. A signed 64-bit number. */
  key: string;
  endpointId: number;
  acknowledgedAt: number;
}

const GONE: ReadonlySet<string> = new Set(['entry.delete', 'entry.unpublish']);

export const hashOf = (body: StoredBody): string => hash('sha256', bodyBytes(body));

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

const KEY_BITS = 64;
const KEY_HEX_DIGITS = KEY_BITS / 4;

/** A number, because an index of numbers is half as large as one of texts, and each settlement writes many of its pages. */
export function ledgerKey(
  endpointId: number,
  { uid, documentId, locale, status }: Pick<LedgerNote, 'uid' | 'documentId' | 'locale' | 'status'>
): string {
  const digest = hash('sha256', JSON.stringify([endpointId, uid, documentId, locale, status]));
  return BigInt.asIntN(KEY_BITS, BigInt(`0x${digest.slice(0, KEY_HEX_DIGITS)}`)).toString();
}

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
  // Each by name: a spread copies what JSON has parsed much more slowly.
  return ledger.map((note) => ({
    key: ledgerKey(endpointId, note),
    endpointId,
    uid: note.uid,
    documentId: note.documentId,
    locale: note.locale,
    status: note.status,
    updatedAt: note.updatedAt,
    event: note.event,
    occurredAt: note.occurredAt,
    hash: note.hash ?? hashOf(body),
    isGone: note.isGone,
    acknowledgedAt: at,
  }));
}

/** @returns what receivers have once they have acknowledged these messages, in this order. The last one counts. */
export function acknowledged(messages: readonly Acknowledgment[]): LedgerEntry[] {
  const entries = new Map(messages.flatMap(entriesOf).map((entry) => [entry.key, entry]));
  // In one order everywhere, so that groups that share rows cannot deadlock.
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
