/**
 * What the plugin cannot work with, each with a stable `code` (listed in `docs/errors.md`).
 *
 * A `CoreError` is always somebody's input: a bad URL, an unparsable expression, an unknown topic.
 * A failed delivery is not an error but an `Outcome`, and a database that is gone is whatever the
 * driver threw: neither is ever wrapped in this class.
 */
export type ErrorCode =
  // 400: the value itself is wrong
  | 'INVALID_URL'
  | 'UNSAFE_URL'
  | 'INVALID_HEADER'
  | 'INVALID_EXPRESSION'
  | 'INVALID_DURATION'
  | 'INVALID_RETRY_POLICY'
  | 'INVALID_FILTER'
  | 'INVALID_SECRET'
  | 'INVALID_CERTIFICATE'
  | 'INVALID_VALUE'
  | 'UNKNOWN_EVENT'
  | 'UNKNOWN_CONTENT_TYPE'
  // 404: no such thing
  | 'NOT_FOUND'
  | 'UNKNOWN_TOPIC'
  // 409: the thing is not in a state that allows it
  | 'NAME_TAKEN'
  | 'CONFLICT'
  | 'STALE_VERSION'
  // 413
  | 'PAYLOAD_TOO_LARGE';

export class CoreError extends Error {
  override readonly name = 'CoreError';

  /**
   * @param code stable, machine-readable; the message is for people and may be reworded.
   * @param field path of the input the error is about, as the caller wrote it: `url`, `headers.Host`.
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field?: string
  ) {
    super(message);
  }
}
