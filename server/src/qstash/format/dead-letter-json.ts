/** Formats a dead letter: its message and the last response. */
import type { StoredBody } from '../../core/message/message';
import {
  listsOf,
  messageJson,
  textOrBase64,
  type Digest,
  type QstashMessage,
} from './message-json';
import { withoutUndefined } from './without-undefined';

export interface LastAttempt {
  /** Null: no response. */
  status: number | null;
  /** Why there is no response. */
  error: string | null;
  headers: Readonly<Record<string, string | readonly string[]>> | null;
  body: StoredBody | null;
}

/** Clients require a status. */
const NO_RESPONSE = 0;

export function deadLetterJson(
  letter: { message: QstashMessage; dlqId: string; last: LastAttempt | null },
  digest: Digest
) {
  const { message, dlqId, last } = letter;
  return {
    ...messageJson(message, digest),
    dlqId,
    ...responseJson(last),
  };
}

function responseJson(last: LastAttempt | null) {
  if (last === null) return { responseStatus: NO_RESPONSE };
  if (last.status === null) {
    return withoutUndefined({
      responseStatus: NO_RESPONSE,
      responseBody: last.error ?? undefined,
    });
  }
  return withoutUndefined({
    responseStatus: last.status,
    responseHeader: last.headers === null ? undefined : listsOf(last.headers),
    ...(last.body !== null && textOrBase64(last.body, 'responseBody')),
  });
}
