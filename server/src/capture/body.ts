/** Freezes rendered text as the body of an event, unless it is too large. */
import { errors, sanitize } from '@strapi/utils';
import type { Core, UID } from '@strapi/strapi';

import { CoreError } from '../core/errors';
import type { StoredBody } from '../core/message/message';
import { assertPayloadSize, storeBody } from '../core/message/payload';
import { isFunction, type Internal } from '../host/strapi-internals';

export const BODY_INTERNALS: readonly Internal[] = [
  {
    name: 'sanitize.sanitizers.defaultSanitizeOutput of @strapi/utils',
    affects: 'content-events',
    isThere: () => isFunction(sanitize.sanitizers.defaultSanitizeOutput),
  },
];

const NESTED_TYPES = new Set(['relation', 'media', 'component', 'dynamiczone']);

export const JSON_TYPE = 'application/json';

/** Returns the entry's own columns: no relations, media, components or dynamic zones. */
export function flatEntry(strapi: Core.Strapi, uid: string, entry: object): object {
  const { attributes } = strapi.getModel(uid as UID.Schema);
  const isFlat = (name: string): boolean =>
    !NESTED_TYPES.has((attributes as Record<string, { type: string }>)[name]?.type ?? '');
  return Object.fromEntries(Object.entries(entry).filter(([name]) => isFlat(name)));
}

/** @throws CoreError PAYLOAD_TOO_LARGE, naming the event. */
export function bodyOf(text: string, maxBytes: number, eventName: string): StoredBody {
  assertPayloadSize(text, maxBytes, eventName);
  return storeBody(Buffer.from(text, 'utf8'));
}

/** Removes private fields and passwords, as the content API does. */
export function sanitizeOutput(strapi: Core.Strapi, uid: string, entry: unknown): Promise<unknown> {
  const schema = strapi.getModel(uid as UID.Schema);
  return sanitize.sanitizers.defaultSanitizeOutput(
    { schema, getModel: (modelUid) => strapi.getModel(modelUid as UID.Schema) },
    entry as Parameters<typeof sanitize.sanitizers.defaultSanitizeOutput>[1]
  );
}

/** Lets the editor's form show the reason instead of "internal server error". */
export function asRequestError(error: unknown): unknown {
  return error instanceof CoreError && error.code === 'PAYLOAD_TOO_LARGE'
    ? new errors.PayloadTooLargeError(error.message, { code: error.code })
    : error;
}
