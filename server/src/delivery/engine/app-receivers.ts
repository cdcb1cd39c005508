/** Delivers signed requests to receivers in the app's own code. Never throws, like the HTTP sender. */
import type { Core } from '@strapi/strapi';

import type { ReceiversService } from '../../api/receivers';
import { handlerNameOf } from '../../core/message/callback-target';
import type { Outcome } from '../../core/message/message';
import type { OutgoingRequest } from '../../core/message/request';
import { createBodyReader } from '../http/read-body';
import { orAborted } from './or-aborted';

interface Dependencies {
  strapi: Core.Strapi;
  receivers: Pick<ReceiversService, 'find' | 'names'>;
  maxResponseBytes: number;
}

export function createAppReceivers({ strapi, receivers, maxResponseBytes }: Dependencies) {
  function problem(url: string): string | null {
    const name = handlerNameOf(url) ?? '';
    if (receivers.find(name) !== undefined) return null;
    const known = receivers.names().sort().join(', ') || 'none';
    return `names no receiver of the app: call service('receivers').on('${name}', …) in its register. Registered: ${known}`;
  }

  async function called(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome> {
    const receiver = receivers.find(handlerNameOf(request.url) ?? '');
    const { url, method, headers, body } = request;
    const received = new Request(url, {
      method,
      headers,
      signal,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    return recorded(await receiver?.(received, { strapi }), maxResponseBytes);
  }

  return {
    problem,

    async send(request: OutgoingRequest, stop: AbortSignal): Promise<Outcome | 'aborted'> {
      if (stop.aborted) return 'aborted';
      const unknown = problem(request.url);
      if (unknown !== null) return { kind: 'unreachable', error: `the endpoint ${unknown}` };
      const { url, timeoutMs } = request;
      const deadline = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([stop, deadline]);
      try {
        return await orAborted(called(request, signal), signal);
      } catch (error) {
        if (stop.aborted) return 'aborted';
        if (deadline.aborted) {
          return { kind: 'timed-out', error: `${url} did not end within ${timeoutMs} ms` };
        }
        const reason = error instanceof Error ? error.message : String(error);
        return { kind: 'unreachable', error: `${url} failed: ${reason}` };
      }
    },
  };
}

/** Also those of a package such as undici, whose class is another one. */
const isResponse = (answer: unknown): answer is Response =>
  Object.prototype.toString.call(answer) === '[object Response]';

async function recorded(answer: unknown, maxBytes: number): Promise<Outcome> {
  const response = isResponse(answer) ? answer : responseOf(answer);
  const reader = createBodyReader(maxBytes);
  let isComplete = true;
  for await (const chunk of chunksOf(response)) {
    isComplete = reader.push(Buffer.from(chunk));
    if (!isComplete) break;
  }
  return {
    kind: 'responded',
    status: response.status,
    headers: Object.fromEntries(response.headers),
    ...reader.finish(isComplete),
  };
}

const chunksOf = ({ body }: Response): AsyncIterable<Uint8Array> | [] =>
  (body as unknown as AsyncIterable<Uint8Array> | null) ?? [];

const responseOf = (answer: unknown): Response =>
  answer === undefined ? new Response() : Response.json(answer);
