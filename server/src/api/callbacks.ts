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

import type { CallbackBody } from '../core/message/callback';
import { createHandlers } from './handlers';

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
  const { on, ...handlers } = createHandlers<CallbackHandler<unknown>>();
  return {
    ...handlers,
    /** As `createHandlers`. */
    on: <Body = CallbackBody>(name: string, handler: CallbackHandler<Body>): (() => void) =>
      on(name, handler as CallbackHandler<unknown>),
  };
};

export type CallbacksService = ReturnType<typeof createCallbacksService>;
