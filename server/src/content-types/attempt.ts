/** One HTTP exchange for a message; append-only. */
import { HIDDEN, instant, rowId } from './hidden';

export default {
  schema: {
    kind: 'collectionType',
    collectionName: 'gw_attempts',
    info: { singularName: 'attempt', pluralName: 'attempts', displayName: 'Attempt' },
    options: { draftAndPublish: false },
    pluginOptions: HIDDEN,
    indexes: [{ name: 'gw_attempts_message_idx', columns: ['message_row_id', 'number'] }],
    attributes: {
      messageRowId: rowId(),
      number: { type: 'integer' },
      startedAt: instant(),
      durationMs: { type: 'integer' },
      outcome: { type: 'string' },
      status: { type: 'integer' },
      error: { type: 'text' },
      requestUrl: { type: 'text', private: true },
      requestMethod: { type: 'string' },
      /** JSON text, secrets redacted. */
      requestHeaders: { type: 'text', private: true },
      responseHeaders: { type: 'text', private: true },
      responseBody: { type: 'text', private: true },
      responseBodyEncoding: { type: 'string' },
      responseBodyTruncated: { type: 'boolean' },
    },
  },
};
