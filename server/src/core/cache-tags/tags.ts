/** The cache tags of a document: how caches know which pages show it. */

export interface Tagged {
  uid: string | null;
  documentId: string | null;
  locale: string | null;
}

/** Safe in a list that is separated by commas or spaces. */
const PLAIN = /^[\w.:-]+$/;

/** Ids and names as a tag: as they are, percent-encoded if a list could not hold them. Total: lone surrogates are replaced. */
export const tagOf = (text: string): string =>
  PLAIN.test(text) ? text : encodeURIComponent(Buffer.from(text).toString());

/**
 * @returns what a change makes stale: pages that show the document, lists of its content type, and lists
 *   of it in one locale. Empty without a document.
 */
export function tagsOf({ uid, documentId, locale }: Tagged): string[] {
  if (uid === null || documentId === null) return [];
  const tags = [documentId, uid, ...(locale === null ? [] : [`${uid}:${locale}`])];
  return tags.map(tagOf);
}
