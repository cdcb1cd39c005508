/**
 * Runs before Strapi's own middlewares, and only for the QStash API.
 *
 * Cuts the destination out of the path, because a router cannot match `https://…` and Strapi's log must
 * not contain tokens or a destination's query. Hides the body from `strapi::body`: a message is stored byte
 * for byte, and nothing is buffered before the caller is authorized.
 *
 * Rewords errors of the router, of authentication and of Strapi as `{"error": "<text>"}`.
 */
import type { IncomingMessage } from 'node:http';

import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../../plugin-id';
import { answerOf, INVALID_TOKEN, QstashError } from '../format/error';
import { headerMap, type HeaderMap } from '../format/header-names';
import { parseRequestTarget, takeToken, type RequestTarget } from '../format/request-target';
import { runtimeOf } from '../../runtime/runtime';

/** The members of Koa's context that are used. */
export interface QstashContext {
  req: IncomingMessage;
  method: string;
  url: string;
  ip: string;
  status: number;
  body: unknown;
  state: { auth?: { credentials?: { id?: number | string } | null }; qstash?: QstashRequest };
}

/** The members of `@koa/router`'s layers that are used. */
interface RouterLayer {
  path: string | RegExp;
  methods: string[];
  match(path: string): boolean;
}

export interface QstashRequest {
  /** Destination or flow-control key, undecoded. */
  subject: string;
  /** Undecoded, with its `?`, without the token. */
  query: string;
  /** Includes the content type. */
  headers: HeaderMap;
  /** The token was in the query, so `Authorization` is meant for the receiver. */
  tokenInQuery: boolean;
}

const TEXTS: Record<number, string> = {
  401: INVALID_TOKEN,
  403: 'forbidden: this token may not do that',
  404: 'not found',
  405: 'method not allowed',
  413: 'request body is too large',
  429: 'too many requests',
};

/** Paths that clients of Upstash call and this API does not have, with what to do instead. */
const NOT_OFFERED: readonly (readonly [path: RegExp, text: string])[] = [
  [
    /^\/llm\//,
    "the LLM API is not offered here: publish to the provider's URL, with a callback for the answer",
  ],
  [
    /^\/v2\/(workflows|trigger|batch\/trigger|notify|waiters)\b/,
    'Upstash Workflow is not offered here: publish, enqueue, schedule and callbacks are',
  ],
];

export function createQstashMiddleware(strapi: Core.Strapi) {
  const prefix = `${strapi.config.get<string>('api.rest.prefix', '/api')}/${PLUGIN_ID}`;

  /** Strapi itself cannot tell a wrong method from a missing path: its file route matches every GET. */
  const methodsAt = (path: string): string[] =>
    (strapi.server.listRoutes() as RouterLayer[])
      .filter((route) => String(route.path).startsWith(`${prefix}/v2/`) && route.match(path))
      .flatMap(({ methods }) => methods);

  function prepare(ctx: QstashContext, { path, subject = '', query }: RequestTarget): void {
    const { token, rest } = takeToken(query);
    const { headers } = ctx.req;
    ctx.state.qstash = {
      subject,
      query: rest,
      headers: headerMap(headers),
      tokenInQuery: token !== null,
    };
    if (token !== null) headers.authorization = `Bearer ${token}`;
    delete headers['content-type'];
    ctx.url = prefix + path;
  }

  async function serve(
    ctx: QstashContext,
    target: string,
    next: () => Promise<unknown>
  ): Promise<void> {
    const notOffered = NOT_OFFERED.find(([path]) => path.test(target))?.[1];
    if (notOffered !== undefined) return refuse(ctx, 404, notOffered);
    const parsed = parseRequestTarget(ctx.method, target);
    if (parsed === null) return void (await next());
    const methods = methodsAt(prefix + parsed.path);
    if (methods.length === 0) return refuse(ctx, 404);
    if (!methods.includes(ctx.method)) return refuse(ctx, 405);
    prepare(ctx, parsed);
    await next();
    if (ctx.status >= 400 && !isAnswer(ctx.body)) refuse(ctx, statusOf(ctx));
  }

  return async (ctx: QstashContext, next: () => Promise<unknown>): Promise<void> => {
    const url = originForm(ctx.url);
    const isOurs = url.startsWith(`${prefix}/`) && ctx.method !== 'OPTIONS';
    if (!isOurs || !runtimeOf(strapi).config.v2.enabled) {
      await next();
      return;
    }
    try {
      await serve(ctx, url.slice(prefix.length), next);
    } catch (error) {
      const answer = answerOf(error);
      if (answer === null) strapi.log.error(error);
      refuse(ctx, answer?.status ?? 500, answer?.text);
    }
  };
}

/**
 * @throws QstashError 404 for a path that only differs in case: Strapi's router matches it, the middleware
 *   does not.
 */
export function requestOf({ state }: QstashContext): QstashRequest {
  if (state.qstash === undefined) throw new QstashError(404, 'not found');
  return state.qstash;
}

/** @throws QstashError 413 once the limit is exceeded, without reading the rest. */
export async function readBody(
  { req }: Pick<QstashContext, 'req'>,
  maxBytes: number
): Promise<Buffer> {
  const tooLarge = new QstashError(413, `request body exceeds the limit of ${maxBytes} bytes`);
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    // The client disconnected, which is not an error of the server.
    if (error === tooLarge || !req.destroyed) throw error;
    throw new QstashError(400, 'the request ended before its body was complete');
  }
  return Buffer.concat(chunks);
}

/** Proxies may send the target in absolute form: `POST http://host/api/…` (RFC 9112 §3.2.2). */
const originForm = (target: string): string => target.replace(/^https?:\/\/[^/?#]+/i, '');

export function refuse(ctx: QstashContext, status: number, text?: string): void {
  ctx.status = status;
  ctx.body = { error: text ?? TEXTS[status] ?? (status >= 500 ? 'internal error' : 'bad request') };
}

/** Without credentials Strapi answers 403, as to its public role; QStash answers 401. */
function statusOf({ status, state }: QstashContext): number {
  const anonymous = state.auth?.credentials === undefined || state.auth.credentials === null;
  return status === 403 && anonymous ? 401 : status;
}

const isAnswer = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  typeof (body as { error?: unknown }).error === 'string';
