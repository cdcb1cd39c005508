/**
 * Compares two versions of an entry, attribute by attribute.
 *
 * Relations and media are compared by `documentId`: their rows have other ids in each version. Ids inside
 * components and dynamic zones are new at every publish and are ignored.
 */
import type { Attributes } from './needs';
import { comparedAttributes, type Attribute, type Schemas } from './fields';

type Entry = Readonly<Record<string, unknown>>;

/**
 * @param of the attributes that both versions were read with.
 * @param previous null without a version before: every attribute that has a value differs then.
 * @returns names of attributes, in the order of the schema.
 */
export function changedAttributes(
  uid: string,
  schemas: Schemas,
  { entry, previous, of }: { entry: Entry; previous: Entry | null; of: Attributes }
): string[] {
  const attributes = schemas(uid) ?? {};
  return comparedAttributes(attributes).filter((name) => {
    const attribute = attributes[name];
    if (attribute === undefined || (of !== 'all' && !of.has(name))) return false;
    const text = (version: Entry | null): string => {
      const value = comparable(version?.[name], attribute, schemas);
      return JSON.stringify(value) ?? 'null';
    };
    return text(entry) !== text(previous);
  });
}

/** A value that is equal for equal content; null for no value and for empty lists. */
function comparable(value: unknown, attribute: Attribute, schemas: Schemas): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value) && NESTED.has(attribute.type)) {
    const list = value.map((one) => comparableOne(one, attribute, schemas));
    return list.length === 0 ? null : list;
  }
  return comparableOne(value, attribute, schemas);
}

const NESTED = new Set(['relation', 'media', 'component', 'dynamiczone']);

function comparableOne(value: unknown, { type, component }: Attribute, schemas: Schemas): unknown {
  const row = value as Record<string, unknown> | null;
  switch (type) {
    case 'relation':
    case 'media':
      return row?.documentId ?? row?.id ?? null;
    case 'component':
      return comparableComponent(row, component ?? '', schemas);
    case 'dynamiczone':
      return comparableComponent(row, String(row?.__component), schemas);
    default:
      return sorted(value);
  }
}

function comparableComponent(
  row: Record<string, unknown> | null,
  uid: string,
  schemas: Schemas
): unknown {
  if (row === null) return null;
  const attributes = schemas(uid) ?? {};
  return [
    uid,
    ...Object.entries(attributes)
      .filter(([name]) => name !== 'id')
      .map(([name, attribute]) => [name, comparable(row[name], attribute, schemas)]),
  ];
}

/** JSON whose keys have an order: databases return them in different ones. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)])
  );
}
