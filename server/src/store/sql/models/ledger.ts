/** A version of a document that the receiver of an endpoint with a ledger has acknowledged. */
import { UID } from '../tables';
import { id, instant, rowId } from './columns';

export const ledger = {
  uid: UID.ledger,
  singularName: 'ledger-entry',
  tableName: 'gw_ledger',
  attributes: {
    id: id(),
    /** `core/ledger`: the endpoint and the version. */
    versionKey: { type: 'biginteger', column: { unique: true } },
    endpointId: rowId(),
    uid: { type: 'string' },
    entryDocumentId: { type: 'string' },
    entryLocale: { type: 'string' },
    entryStatus: { type: 'string' },
    /** `updatedAt` of the entry. Null: not known. */
    entryUpdatedAt: instant(),
    eventName: { type: 'string' },
    occurredAt: instant(),
    /** SHA-256 of the bytes. */
    hash: { type: 'string' },
    /** 1: it was told that the document is gone. */
    gone: { type: 'integer' },
    acknowledgedAt: instant(),
  },
};
