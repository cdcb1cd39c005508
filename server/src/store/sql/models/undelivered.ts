/**
 * The messages that ended without delivery, one narrow row for each: dead letters and canceled ones.
 * Lists them without reading the delivered ones.
 */
import { UID } from '../tables';
import { id, instant, rowId } from './columns';

export const undelivered = {
  uid: UID.undelivered,
  singularName: 'undelivered',
  tableName: 'gw_undelivered',
  attributes: {
    /** That of the message. */
    id: id(),
    /** `dead` or `canceled`. */
    state: { type: 'string' },
    endpointId: rowId(),
    endedAt: instant(),
    /** Of the attempt that was in flight when the message was canceled: it is still recorded. */
    leaseToken: { type: 'string' },
  },
};
