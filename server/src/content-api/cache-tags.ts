/**
 * Puts cache tags into responses of the content API.
 *
 * Strapi's queries say what is read in a request: which content types are listed, which documents are
 * asked for, which relations are populated. The sanitized body says which documents are shown, so a tag
 * never names one that the caller may not see.
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
  state: { route?: { info?: { pluginName?: string } } };
  response: { get(name: string): string };
  set(name: string, value: string): void;
}

export interface TagOptions {
  headers: readonly string[];
  maxBytes: number;
}

/** A query that begins, as lifecycle hooks get it. */
interface Read {
  model: { uid: string };
  params?: { where?: unknown; populate?: unknown; orderBy?: unknown };
}

/** Describes content types. */
interface Types {
  schemas: Schemas;
  /** Empty for types whose changes are no events, such as tokens and permissions. */
  eventsOf(uid: string): readonly string[];
}

const FILE_UID = 'plugin::upload.file';
const NOT_FOUND = 404;

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

/** Streams, bytes and text have no ids to read. */
const isJson = (body: unknown): boolean =>
  Array.isArray(body) ||
  (typeof body === 'object' && body !== null && !Buffer.isBuffer(body) && !('pipe' in body));

/** Notes what a request reads, by whatever service: each query of Strapi's passes here, as it is run. */
export function installReadNotes(strapi: Core.Strapi, types: Types): void {
  const noting = (note: typeof noteOne) => (read: Read) => {
    const collector = currentCollector(strapi);
    if (collector === undefined) return;
    const { uid } = read.model;
    if (uid === FILE_UID || types.eventsOf(uid).length > 0) note(uid, read, collector);
    // Who may read, and which locales there are. What remains are components.
    else if (uid in strapi.contentTypes) return;
    noteRelated(uid, read, types.schemas, collector);
  };
  const many = noting(noteMany);
  strapi.db.lifecycles.subscribe({
    beforeFindOne: noting(noteOne),
    beforeFindMany: many,
    beforeCount: many,
  });
}

function noteMany(uid: string, _: Read, into: TagCollector): void {
  into.list(uid);
}

function noteOne(uid: string, read: Read, into: TagCollector): void {
  const { id, documentId } = (read.params?.where ?? {}) as Record<string, unknown>;
  // The first that matches can be another one after any change.
  if (id === undefined && documentId === undefined) return into.list(uid);
  into.type(uid);
  // Also one that is not there: it may be published.
  if (typeof documentId === 'string') into.document(documentId);
}

function noteRelated(uid: string, read: Read, schemas: Schemas, into: TagCollector): void {
  const { where, populate, orderBy } = read.params ?? {};
  noteCompared(uid, where, schemas, into);
  noteCompared(uid, orderBy, schemas, into);
  notePopulated(uid, populate, schemas, into);
}
