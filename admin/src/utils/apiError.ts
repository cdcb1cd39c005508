/** Reads the errors of `adminApi`: Strapi's envelope for a 4xx, or what `fetch` threw. */
import type { ApiError as Envelope, ErrorCode } from '../../../server/src/panel/contract';

/** The `error` of an RTK Query hook of `adminApi`. */
export type RequestError =
  Envelope['error'] | { name?: string; message?: string; status?: number; details?: unknown };

export const NOT_FOUND = 404;

type Details = Partial<Envelope['error']['details']>;

const detailsOf = (error: RequestError): Details =>
  typeof error.details === 'object' && error.details !== null ? error.details : {};

/** The plugin's code, `STALE_VERSION`. Undefined for errors of Strapi itself. */
export const errorCode = (error: RequestError): ErrorCode | undefined => detailsOf(error).code;

export const statusOf = (error: RequestError): number | undefined =>
  'status' in error ? error.status : undefined;

/** The request got no response: `fetch` throws a TypeError with a message of the browser. */
export const isUnreachable = (error: RequestError): boolean =>
  statusOf(error) === undefined && error.name === 'TypeError';

/** The server's reasons by field path, `retryPolicy.expression`. The first one of a field wins. */
export const reasonsByField = (error: RequestError): Record<string, string> => {
  const byField: Record<string, string> = {};
  for (const { path, message } of detailsOf(error).errors ?? []) {
    byField[path.join('.')] ??= message;
  }
  return byField;
};

/** The server's reason: the problems of the fields if there are any, else the message. */
export const reasonOf = (error: RequestError): string | undefined => {
  const problems = (detailsOf(error).errors ?? []).map((problem) => problem.message);
  return problems.length > 0 ? problems.join(' ') : error.message;
};
