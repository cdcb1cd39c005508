/**
 * Registers handlers of callbacks in the app's own code:
 *
 *     strapi.plugin('guaranteed-webhooks').service('callbacks')
 *       .on('store-reply', async (callback, { strapi }) => { … });
 *
 * A callback to `strapi:store-reply` calls it. The handler's writes and the state `delivered` commit in one
 * transaction. If the handler throws, nothing is written and the callback is retried. The transaction holds
 * a database connection, so a handler should only write.
 */
import type { Core } from '@strapi/strapi';

import { CoreError } from '../core/errors';
import type { CallbackBody } from '../core/message/callback';
import { validateHandlerName } from '../core/message/callback-target';

export interface HandlerContext {
  strapi: Core.Strapi;
  /** The callback's id, the same on each retry. */
  messageId: string;
  /** Retries already made. */
  retried: number;
  /** Aborts on timeout and shutdown. The handler's writes are then rolled back. */
  signal: AbortSignal;
}

/** The return value, as JSON, is the response. */
export type CallbackHandler<Body = CallbackBody> = (
  callback: Body,
  context: HandlerContext
) => unknown;

export const createCallbacksService = () => {
  const handlers = new Map<string, CallbackHandler<unknown>>();

  return {
    /**
     * Registers a handler, or replaces the one of that name. Call it in the app's `register` or
     * `bootstrap`, on every node that delivers.
     *
     * @returns what unregisters it.
     * @throws CoreError INVALID_VALUE for a name that cannot be addressed, or what is no function.
     */
    on<Body = CallbackBody>(name: string, handler: CallbackHandler<Body>): () => void {
      validateHandlerName(name, 'name');
      if (typeof handler !== 'function') {
        throw new CoreError('INVALID_VALUE', 'must be a function', 'handler');
      }
      const registered = handler as CallbackHandler<unknown>;
      handlers.set(name, registered);
      return () => {
        if (handlers.get(name) === registered) handlers.delete(name);
      };
    },

    find: (name: string): CallbackHandler<unknown> | undefined => handlers.get(name),
    names: (): string[] => [...handlers.keys()],
  };
};

export type CallbacksService = ReturnType<typeof createCallbacksService>;
