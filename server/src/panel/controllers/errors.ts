/**
 * Maps errors to responses: Strapi's envelope with our `code` and the field. Any other error is a
 * 500, logged by Strapi.
 */
import type { ApiError } from '../contract';
import { CoreError, HTTP_STATUSES, InvalidInputError } from '../../core/errors';

type Problem = NonNullable<ApiError['error']['details']['errors']>[number];

/**
 * The role lacks a permission. For permissions that depend on the input and cannot be stated by
 * the route.
 */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

const NAMES: Record<number, string> = {
  400: 'ValidationError',
  403: 'ForbiddenError',
  404: 'NotFoundError',
  409: 'ConflictError',
  413: 'PayloadTooLargeError',
};

/** @returns null for an error that is not about the request. */
export function answerFor(error: unknown): ApiError | null {
  if (error instanceof CoreError) {
    const errors = problemsOf(error);
    const isOfFilter = errors.some(({ path }) => path[0] === 'filter');
    const code = isOfFilter && error.code === 'INVALID_VALUE' ? 'INVALID_FILTER' : error.code;
    return envelope(HTTP_STATUSES[code], error.message, { code, errors });
  }
  if (error instanceof NotAllowedError) return envelope(403, error.message, {});
  return null;
}

function problemsOf(error: CoreError): Problem[] {
  const { field, message } = error;
  const problems =
    error instanceof InvalidInputError ? error.problems : field ? [{ field, message }] : [];
  return problems.map((problem) => ({
    path: problem.field.split('.').filter((part) => part !== ''),
    message: problem.message,
    name: 'ValidationError',
  }));
}

function envelope(
  status: number,
  message: string,
  details: ApiError['error']['details']
): ApiError {
  return { data: null, error: { status, name: NAMES[status] ?? 'Error', message, details } };
}
