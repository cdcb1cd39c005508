/**
 * Callbacks into the host's own code:
 *
 *     strapi.plugin('guaranteed-webhooks').service('callbacks')
 *       .on('store-reply', async (callback, { strapi }) => { … });
 *
 * addressed as `strapi:store-reply`. A handler runs in the transaction that records its result: what
 * it writes and "delivered" commit together, and a handler that throws has written nothing and is
 * called again by the message's retry policy. A database connection is held meanwhile, so a handler
 * should do no more than write.
 */
import type { Core } from '@strapi/strapi';

import { CoreError } from '../core/errors';
import type { CallbackBody } from '../core/message/callback';
import { validateHandlerName } from '../core/message/callback-target';

export interface HandlerContext {
  strapi: Core.Strapi;
  /** Of the callback: the same when the handler is called again. */
  messageId: string;
  /** Retries already made. */
  retried: number;
  /** Fires when the time is up, or the server stops: what is written from then on is rolled back. */
  signal: AbortSignal;
}

/** The return value is the response, as JSON, for a callback of this message. */
export type CallbackHandler<Body = CallbackBody> = (
  callback: Body,
  context: HandlerContext
) => unknown;

export const createCallbacksService = () => {
  const handlers = new Map<string, CallbackHandler<unknown>>();

  return {
    /**
     * Registers a handler, on every node that delivers; the latest of a name counts. Best called in
     * the app's `register` or `bootstrap`.
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
