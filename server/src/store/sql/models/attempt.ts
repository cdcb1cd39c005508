/** One HTTP exchange of a message. Append-only. */
import { UID } from '../tables';
import { id, instant, rowId } from './columns';

export const attempt = {
  uid: UID.attempt,
  singularName: 'attempt',
  tableName: 'gw_attempts',
  attributes: {
    id: id(),
    messageRowId: rowId(),
    number: { type: 'integer' },
    startedAt: instant(),
    durationMs: { type: 'integer' },
    outcome: { type: 'string' },
    status: { type: 'integer' },
    error: { type: 'text' },
    requestUrl: { type: 'text' },
    requestMethod: { type: 'string' },
    /** JSON text, secrets redacted. */
    requestHeaders: { type: 'text' },
    responseHeaders: { type: 'text' },
    responseBody: { type: 'text' },
    responseBodyEncoding: { type: 'string' },
    responseBodyTruncated: { type: 'boolean' },
  },
};
