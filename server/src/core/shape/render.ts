/**
 * Renders an event by a shape. Never throws: a change of content must not fail because a format does.
 */
import { tagsOf } from '../cache-tags/tags';
import { CoreError } from '../errors';
import type { NewEvent, StoredBody } from '../message/message';
import type { Rendering } from '../message/rendering';
import { assertPayloadSize, bodyBytes, storeBody } from '../message/payload';
import { PRESETS } from '../presets/presets';
import { validateHeaders } from '../safety/headers';
import type { Format, FormatEvent, FormattedRequest } from './format';
import type { FormatChoice, Shape } from './shape';
import { viewOf, type NeedsOf } from './view';

export interface Rendered {
  /** Null: that of the event. */
  body: StoredBody | null;
  headers: Record<string, string>;
  /** Differences from the endpoint and the event, or null. */
  rendering: Rendering | null;
}

/** The context of a rendering. */
export interface RenderContext {
  /** A transformation of the app's code, if one has that name. */
  codeFormat(name: string): Format | undefined;
  codeNeeds: NeedsOf;
  /** Runs the app's code. Throws when it takes too long, an Error that begins with `TOO_SLOW`. */
  bounded<T>(work: () => T): T;
  /** Largest body, bytes. */
  maxBytes: number;
}

export const TOO_SLOW = 'it took longer than';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const BYTES_TYPE = 'application/octet-stream';
const METHODS: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'];
const UNCHANGED: Rendered = { body: null, headers: {}, rendering: null };

/** @returns null when the format sends nothing. */
export function renderShape(
  event: NewEvent,
  shape: Shape,
  context: RenderContext
): Rendered | null {
  const { format } = shape;
  const body =
    shape.payload === 'thin' ? jsonBody(thinPayload(event)) : viewedBody(event, shape, context);
  if (format === null) return body === null ? UNCHANGED : { ...UNCHANGED, body };
  const given = body ?? event.body;
  try {
    const make = (): Rendered | null => {
      const request = formatOf(format, context)(formatEvent(event, given));
      return request === null ? null : requestOf(request, event, context.maxBytes);
    };
    // A body is the app's code, too: it may have `toJSON`.
    return format.kind === 'code' ? context.bounded(make) : make();
  } catch (error) {
    const problem = `the format "${format.name}" failed: ${messageOf(error)}`;
    return { body, headers: {}, rendering: { problem } };
  }
}

/** Null: that of the event. */
function viewedBody(
  { views }: NewEvent,
  shape: Shape,
  { codeNeeds }: RenderContext
): StoredBody | null {
  const view = viewOf(shape, codeNeeds);
  return (view && views?.get(view.key)?.body) ?? null;
}

/** As Standard Webhooks recommends. */
export const thinPayload = (event: NewEvent): object => ({
  type: event.name,
  timestamp: new Date(event.occurredAt).toISOString(),
  data: {
    uid: event.uid,
    documentId: event.entryDocumentId,
    locale: event.entryLocale,
    tags: eventTags(event),
  },
});

const eventTags = ({ uid, entryDocumentId, entryLocale }: NewEvent): string[] =>
  tagsOf({ uid, documentId: entryDocumentId, locale: entryLocale });

/** @param body what is sent without a format. Parsed here, so that each format has its own copy. */
function formatEvent(event: NewEvent, body: StoredBody): FormatEvent {
  const payload = JSON.parse(bodyBytes(body).toString('utf8')) as Record<string, unknown>;
  return {
    type: event.name,
    timestamp: new Date(event.occurredAt).toISOString(),
    uid: event.uid,
    documentId: event.entryDocumentId,
    locale: event.entryLocale,
    tags: eventTags(event),
    entry: (payload.entry ?? null) as FormatEvent['entry'],
    previous: (payload.previous ?? null) as FormatEvent['previous'],
    changed: (payload.changed ?? null) as FormatEvent['changed'],
    actor: { ...event.actor },
    payload,
  };
}

function formatOf(choice: FormatChoice, { codeFormat }: RenderContext): Format {
  const format =
    choice.kind === 'code'
      ? codeFormat(choice.name)
      : PRESETS.get(choice.name)?.format(choice.options ?? {});
  if (format === undefined) throw new Error('nothing is registered under this name');
  return format;
}

/** Checks what a format returned, which may be the app's own code. */
function requestOf(request: FormattedRequest, event: NewEvent, maxBytes: number): Rendered {
  if (typeof request !== 'object') throw new Error('it returned neither a request nor null');
  if ('then' in request) {
    // A rejection that nobody handles would end the process.
    Promise.resolve(request).catch(() => undefined);
    throw new Error('it returned a promise; a format is synchronous');
  }
  const { method, headers = {}, contentType, body } = request;
  if (method !== undefined && !METHODS.includes(method)) {
    throw new Error(`the method is one of ${METHODS.join(', ')}`);
  }
  validateHeaders(headers, 'headers');
  const [bytes, ownType] = bytesOf(body);
  assertPayloadSize(bytes, maxBytes, 'body');
  const type = contentType ?? ownType;
  validateHeaders({ 'Content-Type': type }, 'contentType');
  const rendering = {
    ...(method !== undefined && { method }),
    ...(type !== event.contentType && { contentType: type }),
  };
  const isPlain = Object.keys(rendering).length === 0;
  return { body: storeBody(bytes), headers, rendering: isPlain ? null : rendering };
}

function bytesOf(body: unknown): [bytes: Uint8Array, contentType: string] {
  if (body instanceof Uint8Array) return [body, BYTES_TYPE];
  if (typeof body === 'string') return [Buffer.from(body), TEXT_TYPE];
  if (body === undefined) return [Buffer.alloc(0), JSON_TYPE];
  return [Buffer.from(JSON.stringify(body)), JSON_TYPE];
}

const jsonBody = (value: object): StoredBody => storeBody(Buffer.from(JSON.stringify(value)));

const messageOf = (error: unknown): string =>
  error instanceof CoreError || error instanceof Error ? error.message : String(error);
