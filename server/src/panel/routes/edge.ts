/** Wraps every action: checks its input and maps its errors. */
import type { z } from 'zod';

import { parseInput } from '../../api/input';
import type { AdminContext } from '../controllers/call';
import { answerFor } from '../controllers/errors';

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
        body: shapes.body && parseInput(shapes.body, context.request.body ?? {}),
        query: shapes.query && parseInput(shapes.query, context.query),
      };
      await next();
    } catch (error) {
      const answer = answerFor(error);
      if (answer === null) throw error;
      context.status = answer.error.status;
      context.body = answer;
    }
  };
