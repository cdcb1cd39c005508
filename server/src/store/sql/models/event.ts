/** One event with its payload as exact bytes. Its messages refer to it. */
import { UID } from '../tables';
import { id, instant } from './columns';

export const event = {
  uid: UID.event,
  singularName: 'event',
  tableName: 'gw_events',
  attributes: {
    id: id(),
    /** Random. Maps inserted rows back to their ids where the database has no RETURNING. */
    documentId: { type: 'string' },
    name: { type: 'string' },
    uid: { type: 'string' },
    entryDocumentId: { type: 'string' },
    entryLocale: { type: 'string' },
    entryTitle: { type: 'string' },
    body: { type: 'text' },
    bodyEncoding: { type: 'string' },
    contentType: { type: 'string' },
    actorKind: { type: 'string' },
    actorId: { type: 'integer' },
    actorLabel: { type: 'string' },
    source: { type: 'string' },
    occurredAt: instant(),
    /** JSON text: `traceparent` and `tracestate` of the causing request. */
    trace: { type: 'text' },
  },
};
