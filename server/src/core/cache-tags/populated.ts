/** Which content types decide what a read shows. */
import type { Attribute, Schemas } from '../filter/fields';
import type { TagCollector } from './response-tags';

const FILE_UID = 'plugin::upload.file';
/** Its entries are the document itself, in other locales. */
const SAME_DOCUMENT = 'localizations';

type Into = Pick<TagCollector, 'list' | 'type' | 'anyType' | 'toOne'>;

/**
 * Notes the content types of populated relations and media.
 *
 * @param populate of a query: `true`, names and paths, or an object.
 */
export function notePopulated(uid: string, populate: unknown, schemas: Schemas, into: Into): void {
  const attributes = schemas(uid);
  if (attributes === undefined) return;
  for (const [name, nested] of childrenOf(populate, attributes)) {
    const attribute = attributes[name];
    if (attribute !== undefined && name !== SAME_DOCUMENT) noteOne(name, attribute, nested);
  }

  function noteOne(name: string, attribute: Attribute, nested: unknown): void {
    const { type, target, relation = '', component, components = [] } = attribute;
    switch (type) {
      case 'media':
        return into.type(FILE_UID);
      case 'relation':
        if (target === undefined) return noteFragments(nested);
        // Their changes are no events.
        if (target.startsWith('admin::')) return;
        if (/toMany$/i.test(relation)) into.list(target);
        else into.toOne(name, target);
        return noteInside(target, nested);
      case 'component':
        return noteInside(component ?? '', nested);
      case 'dynamiczone':
        for (const one of components) {
          noteInside(one, fragmentsIn(nested)[one] ?? nested);
        }
    }
  }

  function noteInside(of: string, nested: unknown): void {
    notePopulated(of, populateIn(nested), schemas, into);
    noteCompared(of, partIn(nested, 'where'), schemas, into);
    noteCompared(of, partIn(nested, 'orderBy'), schemas, into);
  }

  /** A relation to entries of any content type. */
  function noteFragments(nested: unknown): void {
    into.anyType();
    for (const [of, own] of Object.entries(fragmentsIn(nested))) noteInside(of, own);
  }
}

const partIn = (nested: unknown, part: 'populate' | 'where' | 'orderBy' | 'on'): unknown =>
  typeof nested === 'object' && nested !== null && !Array.isArray(nested)
    ? (nested as Record<string, unknown>)[part]
    : undefined;

const populateIn = (nested: unknown): unknown => partIn(nested, 'populate');

/** Parts of a populate by the uid of the type they are for. */
const fragmentsIn = (nested: unknown): Record<string, unknown> =>
  (partIn(nested, 'on') ?? {}) as Record<string, unknown>;

/** Names of attributes with what is asked for inside. */
function childrenOf(
  populate: unknown,
  attributes: Readonly<Record<string, Attribute>>
): [name: string, nested: unknown][] {
  if (populate === true) return Object.keys(attributes).map((name) => [name, true]);
  if (Array.isArray(populate)) return populate.map((path) => pathOf(String(path)));
  return typeof populate === 'object' && populate !== null ? Object.entries(populate) : [];
}

/** `author.articles` asks for the author, and for its articles. */
function pathOf(path: string): [name: string, nested: unknown] {
  const [name = '', ...rest] = path.split('.');
  return [name, rest.length === 0 ? true : { populate: [rest.join('.')] }];
}

/**
 * Notes the content types of relations that filters and sorting look at: their changes can change a list
 * that shows none of their entries.
 *
 * @param query `where` or `orderBy` of a query, or a part of them: an object or a list.
 */
export function noteCompared(
  uid: string,
  query: unknown,
  schemas: Schemas,
  into: Pick<TagCollector, 'list'>
): void {
  for (const part of partsOf(query)) {
    for (const [name, nested] of Object.entries(part)) {
      const { target, component } = schemas(uid)?.[name] ?? {};
      if (target !== undefined) into.list(target);
      // `$and` and other operators are about the same entry.
      if (typeof nested === 'object')
        noteCompared(target ?? component ?? uid, nested, schemas, into);
    }
  }
}

/** As objects. */
function partsOf(query: unknown): object[] {
  if (Array.isArray(query)) return query.flatMap(partsOf);
  return typeof query === 'object' && query !== null ? [query] : [];
}
