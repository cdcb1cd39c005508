/**
 * Adapts controller actions of the QStash API: they get a call and return an answer. Errors are converted
 * here, because Strapi's error middleware would answer 500.
 */
import { readBody, refuse, requestOf, type QstashContext, type QstashRequest } from './middleware';
import { hopHeaders } from '../../core/message/hops';
import { parseJson } from '../format/bodies';
import { decode } from '../format/request-target';
import { answerOf, QstashError } from '../format/error';

/** The limit for bodies that are not messages. */
const MAX_JSON_BYTES = 1_048_576;

export interface RoutedContext extends QstashContext {
  params: Record<string, string | undefined>;
  set(name: string, value: string): void;
}

export interface QstashCall extends QstashRequest {
  callerIp: string;
  /** Headers that count the deliveries that led to this call. */
  hops: Record<string, string>;
  /** Identifies the API token. */
  caller: string;
  /** Decodes a path parameter. */
  param(name: string): string;
  bytes(maxBytes: number): Promise<Buffer>;
  /** @returns undefined when there is no body. */
  json(maxBytes?: number): Promise<unknown>;
}

export interface Answer {
  status: number;
  body: unknown;
}

/** For calls whose clients expect no body. */
export const DONE: Answer = { status: 200, body: '' };

export const ok = (body: unknown, status = 200): Answer => ({ status, body });

export function action(run: (call: QstashCall) => Promise<Answer>) {
  return async (ctx: RoutedContext): Promise<void> => {
    try {
      const { status, body } = await run(callOf(ctx));
      ctx.status = status;
      ctx.body = body;
    } catch (error) {
      const answer = answerOf(error);
      if (answer === null) throw error;
      refuse(ctx, answer.status, answer.text);
      Object.entries(answer.headers ?? {}).forEach(([name, value]) => ctx.set(name, value));
    }
  };
}

/**
 * Refuses an announced but empty JSON body. Some proxies drop the body of a DELETE, and a list of three
 * messages must not become "all of them".
 */
function refuseLostBody(ctx: RoutedContext): void {
  const { headers, query } = requestOf(ctx);
  const announced = String(headers['content-type']).includes('json');
  if (announced && query.replace('?', '') === '') {
    throw new QstashError(400, 'a JSON body is announced (content-type), but none arrived');
  }
}

function callOf(ctx: RoutedContext): QstashCall {
  return {
    ...requestOf(ctx),
    callerIp: ctx.ip,
    hops: hopHeaders(requestOf(ctx).headers),
    caller: String(ctx.state.auth?.credentials?.id ?? ctx.ip),
    param: (name) => decode(ctx.params[name] ?? ''),
    bytes: (maxBytes) => readBody(ctx, maxBytes),
    async json(maxBytes = MAX_JSON_BYTES) {
      const bytes = await readBody(ctx, maxBytes);
      if (bytes.length > 0) return parseJson(bytes);
      refuseLostBody(ctx);
      return undefined;
    },
  };
}
