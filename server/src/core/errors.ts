/**
 * Errors of input and state, each with a stable `code` (listed in `docs/errors.md`).
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
  | 'MANAGED'
  // 413
  | 'PAYLOAD_TOO_LARGE'
  // 508
  | 'TOO_MANY_HOPS';

/** HTTP status of each error. */
export const HTTP_STATUSES: Record<ErrorCode, number> = {
  INVALID_URL: 400,
  UNSAFE_URL: 400,
  INVALID_HEADER: 400,
  INVALID_EXPRESSION: 400,
  INVALID_DURATION: 400,
  INVALID_RETRY_POLICY: 400,
  INVALID_FILTER: 400,
  INVALID_SECRET: 400,
  INVALID_CERTIFICATE: 400,
  INVALID_VALUE: 400,
  UNKNOWN_EVENT: 400,
  UNKNOWN_CONTENT_TYPE: 400,
  NOT_FOUND: 404,
  UNKNOWN_TOPIC: 404,
  NAME_TAKEN: 409,
  CONFLICT: 409,
  STALE_VERSION: 409,
  MANAGED: 409,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_HOPS: 508,
};

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

export interface InputProblem {
  /** As `CoreError.field`; empty: the input as a whole. */
  field: string;
  message: string;
}

/** Input of the wrong shape, with everything that is wrong with it; code and field are those of the first problem. */
export class InvalidInputError extends CoreError {
  constructor(readonly problems: readonly InputProblem[]) {
    super(
      'INVALID_VALUE',
      problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; '),
      problems[0]?.field || undefined
    );
  }
}
