/** Input checked by zod, its first problem worded as ours: a `CoreError` that names the field. */
import type { z } from 'zod';

import { CoreError } from '../core/errors';
import { unstorablePath, UNSTORABLE_TEXT } from '../core/safety/text';

/** @throws CoreError INVALID_VALUE with the path of the first wrong field. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) {
    const path = unstorablePath(parsed.data);
    if (path === null) return parsed.data;
    throw new CoreError('INVALID_VALUE', UNSTORABLE_TEXT, path.join('.') || undefined);
  }
  const [issue] = parsed.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const path = [...(issue?.path ?? []), ...keys.slice(0, 1)].join('.');
  throw new CoreError('INVALID_VALUE', issue?.message ?? 'is not valid', path || undefined);
}
