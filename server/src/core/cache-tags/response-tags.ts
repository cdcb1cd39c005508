/** Collects the cache tags of one response of the content API, within a number of bytes. */
import { tagOf } from './tags';

export interface TagCollector {
  /** A document that is shown, or was asked for. */
  document(documentId: string): void;
  /** Content types of which any change makes the response stale: it lists them. */
  list(uid: string): void;
  /** A content type that may be shown. */
  type(uid: string): void;
  /** Entries of any content type may be shown. */
  anyType(): void;
  /** A relation to one entry that was asked for, by the name of its attribute. */
  toOne(attribute: string, uid: string): void;
  /** Reads the body: each `documentId` in it, and which relations are empty. */
  body(value: unknown): void;
  result(): ResponseTags;
}

/** `none`: nothing of the response can be stale. `unknown`: it does not fit, and cannot be made coarser. */
export type ResponseTags = { tags: readonly string[] } | 'none' | 'unknown';

/** @param maxBytes of the tags with one separator each. */
export function createTagCollector(maxBytes: number): TagCollector {
  const documents = new Set<string>();
  const lists = new Set<string>();
  const types = new Set<string>();
  const toOne = new Map<string, Set<string>>();
  let bytes = 0;
  let mayBeAny = false;

  const fits = (): boolean => bytes <= maxBytes;

  function document(documentId: string): void {
    const tag = tagOf(documentId);
    if (!fits() || documents.has(tag)) return;
    documents.add(tag);
    bytes += tag.length + 1;
  }

  /** @param name of the attribute whose value this is. */
  function read(value: unknown, name: string): void {
    if (!fits()) return;
    if (value === null) {
      // Whatever is published or connected next may be shown here.
      toOne.get(name)?.forEach((uid) => lists.add(uid));
    } else if (Array.isArray(value)) {
      for (const item of value) read(item, name);
    } else if (typeof value === 'object') {
      readObject(value as Record<string, unknown>, name);
    }
  }

  function readObject(value: Record<string, unknown>, name: string): void {
    for (const key in value) {
      const child = value[key];
      if (key === 'documentId' && typeof child === 'string') document(child);
      // Strapi 4's format wraps related entries: `{ data: … }`.
      else if (typeof child === 'object') read(child, key === 'data' ? name : key);
    }
  }

  return {
    document,
    list: (uid) => lists.add(uid),
    type: (uid) => types.add(uid),
    anyType: () => {
      mayBeAny = true;
    },
    toOne: (attribute, uid) => {
      types.add(uid);
      toOne.set(attribute, (toOne.get(attribute) ?? new Set()).add(uid));
    },
    body: (value) => read(value, ''),

    result() {
      const all = [...documents, ...[...lists].map(tagOf)];
      if (all.length === 0) return 'none';
      if (lengthOf(all) <= maxBytes) return { tags: all };
      // Each document's change also has the tag of its content type.
      const coarse = [...new Set([...lists, ...types])].map(tagOf);
      const isKnown = coarse.length > 0 && !mayBeAny && lengthOf(coarse) <= maxBytes;
      return isKnown ? { tags: coarse } : 'unknown';
    },
  };
}

const lengthOf = (tags: readonly string[]): number =>
  tags.reduce((length, tag) => length + tag.length + 1, 0);
