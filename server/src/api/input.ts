/** Input checked by zod, its first problem worded as ours: a `CoreError` that names the field. */
import type { z } from 'zod';

import { CoreError } from '../core/errors';

/** @throws CoreError INVALID_VALUE with the path of the first wrong field. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const path = [...(issue?.path ?? []), ...keys.slice(0, 1)].join('.');
  throw new CoreError('INVALID_VALUE', issue?.message ?? 'is not valid', path || undefined);
}
