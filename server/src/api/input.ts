/** Checks input with zod, and words every problem with its field. */
import type { z } from 'zod';

import { InvalidInputError, type InputProblem } from '../core/errors';
import { unstorablePath, UNSTORABLE_TEXT } from '../core/safety/text';

/** Types that zod expects, in words. */
const EXPECTED: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/**
 * @param field path of the input within the caller's input: empty for all of it.
 * @throws InvalidInputError naming every invalid field.
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
  field = ''
): z.output<S> {
  const at = (path: readonly PropertyKey[]): string =>
    [field, ...path].filter((part) => part !== '').join('.');
  const parsed = schema.safeParse(input, { error: wordingOf });
  if (!parsed.success) {
    throw new InvalidInputError(
      parsed.error.issues.flatMap((issue) =>
        problemsOf(issue).map(([path, message]) => ({ field: at(path), message }))
      )
    );
  }
  const path = unstorablePath(parsed.data);
  if (path === null) return parsed.data;
  throw new InvalidInputError([{ field: at(path), message: UNSTORABLE_TEXT }]);
}

type Problem = [path: PropertyKey[], message: InputProblem['message']];

/** Names an unknown key itself, not its parent. */
function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [[issue.path, issue.message]];
  return issue.keys.map((key) => [[...issue.path, key], 'is not a known field']);
}

/** @returns undefined to use zod's wording. */
function wordingOf(issue: z.core.$ZodRawIssue): string | undefined {
  const isOfType = issue.code === 'invalid_type' || issue.code === 'invalid_value';
  if (isOfType && issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type') return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return boundText(issue.origin, `at least ${issue.minimum}`);
  if (issue.code === 'too_big') return boundText(issue.origin, `at most ${issue.maximum}`);
  return undefined;
}

function boundText(origin: string, bound: string): string {
  if (origin === 'string') return `must have ${bound} characters`;
  if (origin === 'array') return `must have ${bound} items`;
  return `must be ${bound}`;
}

/** A field of a change: absent ones keep what is stored. */
export const valueOf = <T>(given: T | undefined, stored: T | undefined, fresh: T): T =>
  given === undefined ? (stored ?? fresh) : given;
