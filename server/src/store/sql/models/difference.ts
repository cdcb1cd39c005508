/** A version of a document that a comparison has found to differ. Only of the latest comparison of an endpoint. */
import { UID } from '../tables';
import { id, rowId } from './columns';

export const difference = {
  uid: UID.difference,
  singularName: 'difference',
  tableName: 'gw_differences',
  attributes: {
    id: id(),
    jobId: rowId(),
    kind: { type: 'string' },
    uid: { type: 'string' },
    entryDocumentId: { type: 'string' },
    entryLocale: { type: 'string' },
    entryStatus: { type: 'string' },
  },
};
