/** The version of a document that a message tells of. Kept with the message until it is delivered. */
export interface LedgerNote {
  uid: string;
  documentId: string;
  locale: string | null;
  status: 'draft' | 'published';
  /** `updatedAt` of the entry, epoch ms. Null: not known. */
  updatedAt: number | null;
  /** Name and time of the event: with them, the same bytes can be rendered again. */
  event: string;
  occurredAt: number;
  /** The document was deleted or unpublished. */
  isGone: boolean;
  /** SHA-256 of the bytes. Absent: of the message's body. */
  hash?: string;
}
