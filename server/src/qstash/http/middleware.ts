/**
 * What the QStash API needs before and after Strapi's own middlewares; every other request passes by.
 *
 * Before: the request target is taken apart while it is still as the caller wrote it, and the router
 * gets a path it can match. The body stays on the socket, byte for byte, until an authorised call
 * reads it (`readBody`): hidden from `strapi::body`, whatever its content type, so that nobody has to
 * change that middleware, and nobody without a token can make us buffer anything.
 *
 * After: whatever answered an error (the router, an auth strategy, Strapi's error middleware), the
 * caller gets `{"error": "<text>"}`.
 */
import type { IncomingMessage } from 'node:http';

import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../../plugin-id';
import { headerMap, type HeaderMap } from '../format/header-names';
import { methodsOf, notOffered } from '../format/calls';
import { parseRequestTarget, takeToken, type RequestTarget } from '../format/request-target';
import { answerOf, INVALID_TOKEN, QstashError } from '../format/error';
import { runtimeOf } from '../../runtime/runtime';

/** As much of Koa's context as is touched. */
export interface QstashContext {
  req: IncomingMessage;
  method: string;
  url: string;
  ip: string;
  status: number;
  body: unknown;
  state: { auth?: { credentials?: { id?: number | string } | null } };
}

export interface QstashRequest {
  /** Destination or flow-control key, raw. */
  subject: string;
  /** Raw, with its `?`, without the token. */
  query: string;
  /** As they came, content type included. */
  headers: HeaderMap;
  /** The token was in the query: an `Authorization` header is not ours. */
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

const requests = new WeakMap<IncomingMessage, QstashRequest>();

export function createQstashMiddleware(strapi: Core.Strapi) {
  const prefix = `${strapi.config.get<string>('api.rest.prefix', '/api')}/${PLUGIN_ID}`;

  /** @returns null when the request is none of this API's business. */
  function targetOf(ctx: QstashContext): RequestTarget | null {
    const { method } = ctx;
    const url = originForm(ctx.url);
    if (!url.startsWith(`${prefix}/v`) || method === 'OPTIONS') return null;
    const target = parseRequestTarget(method, url.slice(prefix.length));
    return target !== null && runtimeOf(strapi).config.v2.enabled ? target : null;
  }

  function prepare(ctx: QstashContext, { path, subject = '', query }: RequestTarget): void {
    const { token, rest } = takeToken(query);
    const { headers } = ctx.req;
    requests.set(ctx.req, {
      subject,
      query: rest,
      headers: headerMap(headers),
      tokenInQuery: token !== null,
    });
    if (token !== null) headers.authorization = `Bearer ${token}`;
    delete headers['content-type'];
    // Also what Strapi's logger will write: neither a token nor a destination's query.
    ctx.url = prefix + path;
  }

  async function serve(
    ctx: QstashContext,
    target: RequestTarget,
    next: () => Promise<unknown>
  ): Promise<void> {
    const methods = methodsOf(target.path);
    if (methods.length === 0) return refuse(ctx, 404);
    if (!methods.includes(ctx.method)) return refuse(ctx, 405);
    prepare(ctx, target);
    await next();
    if (ctx.status >= 400 && !isAnswer(ctx.body)) refuse(ctx, statusOf(ctx));
  }

  function absence(ctx: QstashContext): string | null {
    const { method } = ctx;
    const url = originForm(ctx.url);
    if (!url.startsWith(`${prefix}/`) || method === 'OPTIONS') return null;
    const text = notOffered(url.slice(prefix.length));
    return text !== null && runtimeOf(strapi).config.v2.enabled ? text : null;
  }

  return async (ctx: QstashContext, next: () => Promise<unknown>): Promise<void> => {
    try {
      const absent = absence(ctx);
      if (absent !== null) return refuse(ctx, 404, absent);
      const target = targetOf(ctx);
      if (target !== null) return await serve(ctx, target, next);
    } catch (error) {
      const answer = answerOf(error);
      if (answer === null) strapi.log.error(error);
      return refuse(ctx, answer?.status ?? 500, answer?.text);
    }
    await next();
  };
}

/**
 * @throws QstashError 404 when the middleware did not know the path. Strapi's router finds a route in
 *   another case of its path too; destinations and names have a case, so those are not served.
 */
export function requestOf(ctx: QstashContext): QstashRequest {
  const request = requests.get(ctx.req);
  if (request === undefined) throw new QstashError(404, 'not found');
  return request;
}

/** @throws QstashError 413 as soon as more has arrived than may, without reading the rest. */
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
    // Nobody is there to read the answer, and it is no fault of the server.
    if (error === tooLarge || !req.destroyed) throw error;
    throw new QstashError(400, 'the request ended before its body was complete');
  }
  return Buffer.concat(chunks);
}

/** A proxy may write the target in absolute form: `POST http://host/api/…` (RFC 9112 §3.2.2). */
const originForm = (target: string): string => target.replace(/^https?:\/\/[^/?#]+/i, '');

export function refuse(ctx: QstashContext, status: number, text?: string): void {
  ctx.status = status;
  ctx.body = { error: text ?? TEXTS[status] ?? (status >= 500 ? 'internal error' : 'bad request') };
}

/** Strapi says 403 to a caller whom it took for the public; the wire tells them that they are unknown. */
function statusOf({ status, state }: QstashContext): number {
  const anonymous = state.auth?.credentials === undefined || state.auth.credentials === null;
  return status === 403 && anonymous ? 401 : status;
}

const isAnswer = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  typeof (body as { error?: unknown }).error === 'string';
