/** Routes by which receivers claim and settle messages, with the token of their endpoint. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Core } from '@strapi/strapi';

import { CoreError, HTTP_STATUSES } from '../../core/errors';
import { runtimeOf } from '../../runtime/runtime';
import { claimMessages, settleMessages, type PullCall } from '../services/pull';

export interface PullContext {
  params: { endpointId?: string };
  request: { headers: { authorization?: string }; body?: unknown };
  req: IncomingMessage;
  res: ServerResponse;
  status: number;
  body: unknown;
  set(name: string, value: string): void;
}

export const createPullController = ({ strapi }: { strapi: Core.Strapi }) => {
  async function answer(
    ctx: PullContext,
    run: (call: PullCall) => Promise<unknown>
  ): Promise<void> {
    ctx.set('Cache-Control', 'no-store');
    try {
      ctx.body = await run({
        endpointId: Number(ctx.params.endpointId),
        token: /^Bearer (.+)$/i.exec(ctx.request.headers.authorization ?? '')?.[1] ?? '',
        input: ctx.request.body,
      });
      ctx.status = 200;
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      const { code, message, field } = error;
      ctx.status = HTTP_STATUSES[code];
      ctx.body = { error: message, ...(field !== undefined && { field }) };
    }
  }

  return {
    claim(ctx: PullContext): Promise<void> {
      const gone = new AbortController();
      ctx.res.once('close', () => gone.abort());
      return answer(ctx, (call) => claimMessages(runtimeOf(strapi), call, gone.signal));
    },

    settle: (ctx: PullContext): Promise<void> =>
      answer(ctx, (call) => settleMessages(runtimeOf(strapi), call)),
  };
};
