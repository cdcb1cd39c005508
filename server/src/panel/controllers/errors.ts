/**
 * Maps errors to responses: Strapi's envelope with our `code` and the field. Any other error is a
 * 500, logged by Strapi.
 */
import type { z } from 'zod';

import type { ApiError } from '../contract';
import { CoreError, HTTP_STATUSES, type ErrorCode } from '../../core/errors';

type Problem = NonNullable<ApiError['error']['details']['errors']>[number];

/** Input of the wrong shape, with all of its issues. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';

  constructor(readonly issues: readonly z.core.$ZodIssue[]) {
    super('the input is not valid');
  }
}

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
    const path = error.field?.split('.') ?? [];
    const problems =
      path.length === 0 ? [] : [{ path, message: error.message, name: 'ValidationError' }];
    return envelope(HTTP_STATUSES[error.code], error.message, {
      code: error.code,
      errors: problems,
    });
  }
  if (error instanceof InvalidInputError) {
    const errors = error.issues.flatMap(problemsOf);
    const message = errors.map((problem) => [problem.path.join('.'), problem.message].join(' '));
    const code: ErrorCode = errors.some(({ path }) => path[0] === 'filter')
      ? 'INVALID_FILTER'
      : 'INVALID_VALUE';
    return envelope(400, message.join('; '), { code, errors });
  }
  if (error instanceof NotAllowedError) return envelope(403, error.message, {});
  return null;
}

function envelope(
  status: number,
  message: string,
  details: ApiError['error']['details']
): ApiError {
  return { data: null, error: { status, name: NAMES[status] ?? 'Error', message, details } };
}

/** An unknown key is named itself, not its parent. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map(String);
  const problem = (at: string[], message: string) => ({
    path: at,
    message,
    name: 'ValidationError',
  });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => problem([...path, key], 'is not a known field'));
  }
  return [problem(path, issue.message)];
}
