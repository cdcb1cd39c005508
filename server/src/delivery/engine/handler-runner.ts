/**
 * Runs a handler of the app in the transaction that settles its message: both or neither.
 *
 * A failure of the handler is an outcome, and is retried. A failure of the database is an error, and
 * the message is due again when its lease ends.
 */
import type { Core } from '@strapi/strapi';

import { confirmedTransaction } from '../../host/confirmed-transaction';
import type { ClaimedMessage, Outcome } from '../../core/message/message';
import { bodyBytes } from '../../core/message/payload';
import type { HandlerRun, Handlers, Settle } from '../loop/ports';
import { orAborted } from './or-aborted';
import type { CallbackHandler, CallbacksService } from '../../api/callbacks';

interface Dependencies {
  strapi: Core.Strapi;
  settle: Settle;
  callbacks: Pick<CallbacksService, 'find'>;
}

/** Thrown to roll the transaction back. */
class HandlerFailure extends Error {}
class LeaseLost extends Error {}

export function createHandlerRunner({ strapi, settle, callbacks }: Dependencies): Handlers {
  /**
   * Nests a transaction in ours. If the handler goes on after its deadline, the outer transaction is
   * over, and the nested one has its writes refused. Without it, they would bypass the transaction.
   */
  async function call(
    handler: CallbackHandler<unknown>,
    message: ClaimedMessage,
    signal: AbortSignal
  ): Promise<unknown> {
    const { messageId, retried } = message;
    const context = { strapi, messageId, retried, signal };
    const work = strapi.db.transaction(async () => handler(contentOf(message), context));
    try {
      return await orAborted(work, signal);
    } catch (error) {
      throw new HandlerFailure(error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
  }

  return {
    async run({ message, name, timeoutMs, conclude }, stop): Promise<HandlerRun> {
      const handler = callbacks.find(name);
      if (handler === undefined) return failed(notRegistered(name));
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const settled = await confirmedTransaction(strapi.db, async () => {
          const answer = await call(handler, message, AbortSignal.any([stop, deadline]));
          const conclusion = conclude(responseOf(answer));
          const { ours } = await settle([conclusion]);
          if (!ours.has(message.id)) throw new LeaseLost();
          return conclusion;
        });
        return { kind: 'recorded', settled, ours: true };
      } catch (error) {
        if (error instanceof LeaseLost) {
          return { kind: 'recorded', settled: conclude(responseOf(undefined)), ours: false };
        }
        if (stop.aborted) return { kind: 'aborted' };
        if (!(error instanceof HandlerFailure)) throw error;
        if (!deadline.aborted) return failed(`handler "${name}" failed: ${error.message}`);
        const late = `handler "${name}" did not end within ${timeoutMs} ms`;
        return { kind: 'failed', outcome: { kind: 'timed-out', error: late } };
      }
    },
  };
}

const failed = (error: string): HandlerRun => ({
  kind: 'failed',
  outcome: { kind: 'unreachable', error },
});

const notRegistered = (name: string): string =>
  `no handler is registered as "${name}" on this node: call ` +
  `strapi.plugin('guaranteed-webhooks').service('callbacks').on('${name}', …) when the app starts`;

/** Parses JSON. Anything else stays text. */
function contentOf({ body }: ClaimedMessage): unknown {
  const text = bodyBytes(body).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function responseOf(answer: unknown): Outcome {
  const text: string | undefined = answer === undefined ? '' : JSON.stringify(answer);
  return {
    kind: 'responded',
    status: 200,
    headers: text ? { 'content-type': 'application/json' } : {},
    body: { text: text ?? '', encoding: 'utf8' },
    bodyTruncated: false,
  };
}
