/** Response headers that carry cache tags. */
import { problemOfHeaderName } from '../safety/headers';

/** Lower case. They separate keys by spaces; all others by commas. */
const SPACED = new Set(['surrogate-key', 'xkey']);

/** Lower case. They have another meaning in a response. */
const TAKEN = new Set([
  'cache-control',
  'content-encoding',
  'content-type',
  'etag',
  'last-modified',
  'location',
  'set-cookie',
  'vary',
]);

/** Why a response cannot carry tags in this header, or null. */
export function problemOfTagHeader(name: string): string | null {
  if (TAKEN.has(name.toLowerCase())) return 'cannot be set: it has another meaning';
  return problemOfHeaderName(name);
}

/** @param before what the response says already. */
export function tagHeader(name: string, tags: readonly string[], before?: string): string {
  const separator = SPACED.has(name.toLowerCase()) ? ' ' : ',';
  return [...(before ? [before] : []), ...tags].join(separator);
}
