/** Something that happened, once, with its payload as the exact bytes. Its messages refer to it. */
import { HIDDEN, instant } from './hidden';

export default {
  schema: {
    kind: 'collectionType',
    collectionName: 'gw_events',
    info: { singularName: 'event', pluralName: 'events', displayName: 'Event' },
    options: { draftAndPublish: false },
    pluginOptions: HIDDEN,
    attributes: {
      name: { type: 'string', required: true },
      uid: { type: 'string' },
      entryDocumentId: { type: 'string' },
      entryLocale: { type: 'string' },
      body: { type: 'text', private: true },
      bodyEncoding: { type: 'string' },
      contentType: { type: 'string' },
      actorKind: { type: 'string' },
      actorId: { type: 'integer' },
      actorLabel: { type: 'string' },
      source: { type: 'string' },
      occurredAt: instant(),
      /** JSON text: `traceparent` and `tracestate` of the request that caused it. */
      trace: { type: 'text' },
    },
  },
};
