/** Wraps every action: checks its input and maps its errors. */
import type { z } from 'zod';

import { unstorablePath, UNSTORABLE_TEXT } from '../../core/safety/text';
import type { AdminContext } from '../controllers/call';
import { answerFor, InvalidInputError } from '../controllers/errors';

export interface Shapes {
  body?: z.ZodType;
  query?: z.ZodType;
}

/** Runs after Strapi's policies: unauthorized callers do not learn what a route accepts. */
export const edge =
  (shapes: Shapes) =>
  async (context: AdminContext, next: () => Promise<unknown>): Promise<void> => {
    try {
      context.state.checkedInput = {
        body: checked(shapes.body, context.request.body ?? {}),
        query: checked(shapes.query, context.query),
      };
      await next();
    } catch (error) {
      const answer = answerFor(error);
      if (answer === null) throw error;
      context.status = answer.error.status;
      context.body = answer;
    }
  };

function checked(schema: z.ZodType | undefined, input: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new InvalidInputError(parsed.error.issues);
  const path = unstorablePath(parsed.data);
  if (path === null) return parsed.data;
  throw new InvalidInputError([{ code: 'custom', path, message: UNSTORABLE_TEXT, input }]);
}
