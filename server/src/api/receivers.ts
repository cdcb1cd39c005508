/**
 * Registers receivers in the app's own code:
 *
 *     strapi.plugin('guaranteed-webhooks').service('receivers')
 *       .on('search', async (request, { strapi }) => { … });
 *
 * An endpoint with the URL `strapi:search` delivers to it. The request is that of an HTTP receiver, signature
 * included. No transaction is open.
 */
import type { Core } from '@strapi/strapi';

import { createHandlers } from './handlers';

export interface ReceiverContext {
  strapi: Core.Strapi;
}

/**
 * Its `Response` is recorded, and decides as that of an HTTP receiver does. Any other value, as JSON, is the
 * body of a response with status 200. If it throws, the attempt has failed. `request.signal` aborts on timeout and
 * shutdown.
 */
export type Receiver = (request: Request, context: ReceiverContext) => unknown;

export const createReceiversService = () => createHandlers<Receiver>();

export type ReceiversService = ReturnType<typeof createReceiversService>;
