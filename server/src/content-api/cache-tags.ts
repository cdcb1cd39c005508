/**
 * Puts cache tags into responses of the content API.
 *
 * The Document Service says what is read in a request: which content types are listed, which documents
 * are asked for, which relations are populated. The sanitized body says which documents are shown, so a
 * tag never names one that the caller may not see.
 */
import type { Core } from '@strapi/strapi';

import { noteCompared, notePopulated } from '../core/cache-tags/populated';
import { createTagCollector, type TagCollector } from '../core/cache-tags/response-tags';
import { tagHeader } from '../core/cache-tags/tag-headers';
import type { Schemas } from '../core/filter/fields';
import { PLUGIN_ID } from '../plugin-id';

/** The members of Koa's context that are used. */
export interface TaggedContext {
  method: string;
  status: number;
  body: unknown;
  state: { route?: { handler?: unknown; info?: { pluginName?: string } } };
  response: { get(name: string): string };
  set(name: string, value: string): void;
}

export interface TagOptions {
  headers: readonly string[];
  maxBytes: number;
}

interface Read {
  action: string;
  uid: string;
  params?: { documentId?: unknown; populate?: unknown; filters?: unknown; sort?: unknown };
}

const FILE_UID = 'plugin::upload.file';
const NOT_FOUND = 404;
const LISTS = new Set(['findMany', 'findFirst', 'count']);

/** Of the requests that are being answered. */
const collectors = new WeakMap<object, TagCollector>();

/** The collector of the request that is being answered; undefined outside one that is tagged. */
export function currentCollector(strapi: Core.Strapi): TagCollector | undefined {
  const ctx = strapi.requestContext.get() as object | undefined;
  return ctx && collectors.get(ctx);
}

export function begin(ctx: object, { maxBytes }: TagOptions): TagCollector {
  const collector = createTagCollector(maxBytes);
  collectors.set(ctx, collector);
  return collector;
}

/** Sets the headers, beside tags that the response has already. */
export function finish(ctx: TaggedContext, collector: TagCollector, { headers }: TagOptions): void {
  collectors.delete(ctx);
  const result = collector.result();
  if (result === 'none') return;
  // Nothing could purge it.
  if (result === 'unknown') return ctx.set('Cache-Control', 'no-store');
  for (const name of headers) {
    ctx.set(name, tagHeader(name, result.tags, ctx.response.get(name)));
  }
}

export function createTagMiddleware(options: TagOptions) {
  return async (ctx: TaggedContext, next: () => Promise<unknown>): Promise<void> => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return void (await next());
    const collector = begin(ctx, options);
    try {
      await next();
    } catch (error) {
      if (isNotFound(error)) finish(ctx, collector, options);
      throw error;
    }
    if (!isTagged(ctx)) return;
    noteRoute(ctx, collector);
    if (isJson(ctx.body)) collector.body(ctx.body);
    finish(ctx, collector, options);
  };
}

/** Of the router, or Strapi's own, which becomes a 404 further out. */
function isNotFound(error: unknown): boolean {
  const { status, name } = (error ?? {}) as { status?: unknown; name?: unknown };
  return status === NOT_FOUND || name === 'NotFoundError';
}

/** Responses that succeeded, and those about a document that is not there yet. */
const isTagged = ({ status, state }: TaggedContext): boolean =>
  (status === NOT_FOUND || (status >= 200 && status < 300)) &&
  state.route?.info?.pluginName !== PLUGIN_ID;

/** The upload and users plugins read around the Document Service. */
function noteRoute({ state: { route } }: TaggedContext, { list, type }: TagCollector): void {
  const uid = UIDS.get(route?.info?.pluginName ?? '');
  if (uid === undefined) return;
  if (/\.(find|findPage|count)$/.test(String(route?.handler))) list(uid);
  else type(uid);
}

const UIDS: ReadonlyMap<string, string> = new Map([
  ['upload', FILE_UID],
  ['users-permissions', 'plugin::users-permissions.user'],
]);

/** Streams, bytes and text have no ids to read. */
const isJson = (body: unknown): boolean =>
  Array.isArray(body) ||
  (typeof body === 'object' && body !== null && !Buffer.isBuffer(body) && !('pipe' in body));

/** Notes what a request reads. */
export function installReadNotes(strapi: Core.Strapi, schemas: Schemas): void {
  strapi.documents.use((read, next) => {
    const collector = currentCollector(strapi);
    if (collector !== undefined) noteRead(read, schemas, collector);
    return next();
  });
}

function noteRead({ action, uid, params = {} }: Read, schemas: Schemas, into: TagCollector): void {
  const { documentId, populate, filters, sort } = params;
  if (LISTS.has(action)) {
    into.list(uid);
    noteCompared(uid, sort, schemas, into);
  } else if (action === 'findOne') {
    into.type(uid);
    // Also one that is not there: it may be published.
    if (typeof documentId === 'string') into.document(documentId);
  } else return;
  noteCompared(uid, filters, schemas, into);
  notePopulated(uid, populate, schemas, into);
}
