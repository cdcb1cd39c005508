/** Reads what `adminApi` calls an error: Strapi's envelope for a 4xx, or something less. */
import type { ApiError as Envelope } from '../../../server/src/panel/contract';

/** What an RTK Query hook of `adminApi` gives as `error`. */
export type RequestError =
  Envelope['error'] | { name?: string; message?: string; status?: number; details?: unknown };

type Problem = NonNullable<Envelope['error']['details']['errors']>[number];

interface Details {
  code?: string;
  errors?: Problem[];
}

const detailsOf = (error: RequestError): Details =>
  typeof error.details === 'object' && error.details !== null ? error.details : {};

/** Our stable code, `STALE_VERSION`; undefined when the error is not ours. */
export const errorCode = (error: RequestError): string | undefined => detailsOf(error).code;

export const statusOf = (error: RequestError): number | undefined =>
  'status' in error ? error.status : undefined;

/** No answer at all: what `fetch` throws then has a sentence of the browser's own, in English. */
export const isUnreachable = (error: RequestError): boolean =>
  statusOf(error) === undefined && error.name === 'TypeError';

/** Messages by field path, `retryPolicy.expression` → "unexpected `)` at 4". The first one of a field wins. */
export const fieldErrors = (error: RequestError): Record<string, string> => {
  const byField: Record<string, string> = {};
  for (const { path, message } of detailsOf(error).errors ?? []) {
    byField[path.join('.')] ??= message;
  }
  return byField;
};

/** One sentence for a person: the particular problems when there are any, else the general one. */
export const errorSentence = (error: RequestError): string | undefined => {
  const problems = (detailsOf(error).errors ?? []).map((problem) => problem.message);
  return problems.length > 0 ? problems.join(' ') : error.message;
};
