/**
 * Takes the part of an entry that a shape asks for from an entry that was recorded earlier, as a query of the
 * database would have read it.
 */
import type { Attribute, Schemas } from '../filter/fields';
import { isKept } from '../filter/kept';

type Entry = Readonly<Record<string, unknown>>;

/** A query of Strapi's database layer, as `fields` and `populate` are translated. */
export interface ViewQuery {
  select?: string | readonly string[];
  populate?: Readonly<Record<string, boolean | ViewQuery>>;
  /** Populates of a dynamic zone, by component. */
  on?: Readonly<Record<string, boolean | ViewQuery>>;
}

interface Projected {
  entry: Record<string, unknown>;
  /** Parts that were not recorded: `author.books`. */
  missing: string[];
}

const FILE_UID = 'plugin::upload.file';
/** Attributes that are read by populate only. */
export const NESTED: ReadonlySet<string> = new Set([
  'relation',
  'media',
  'component',
  'dynamiczone',
]);
/** Sent whatever `fields` says. */
const ALWAYS = new Set(['id', 'documentId', '__component']);
const UNDERSTOOD = new Set(['select', 'populate', 'on']);

export function project(uid: string, entry: Entry, query: ViewQuery, schemas: Schemas): Projected {
  const attributes = schemas(uid) ?? {};
  const fields = fieldsOf(query);
  const kept = Object.entries(entry).filter(
    ([name]) =>
      !NESTED.has(attributes[name]?.type ?? '') &&
      (fields === null || ALWAYS.has(name) || fields.includes(name))
  );
  const missing = (fields ?? []).filter((name) => !ALWAYS.has(name) && !isKept(entry, name));
  const result: Record<string, unknown> = Object.fromEntries(kept);
  for (const [name, inner] of Object.entries(query.populate ?? {})) {
    const attribute = attributes[name];
    if (inner === false || attribute === undefined) continue;
    const made = isKept(entry, name)
      ? nested(entry[name], attribute, queryOf(inner), schemas)
      : null;
    if (made === null) missing.push(name);
    else {
      result[name] = made.value;
      missing.push(...made.missing.map((part) => `${name}.${part}`));
    }
  }
  return { entry: result, missing: [...new Set(missing)] };
}

/** @returns null for what cannot be taken from the recorded entry: the query filters, sorts or counts. */
function nested(
  value: unknown,
  attribute: Attribute,
  query: ViewQuery,
  schemas: Schemas
): { value: unknown; missing: string[] } | null {
  if (Object.keys(query).some((part) => !UNDERSTOOD.has(part))) return null;
  const missing: string[] = [];
  const one = (row: unknown): unknown => {
    if (typeof row !== 'object' || row === null) return row;
    const uid = uidOf(attribute, row as Entry);
    const inner = attribute.type === 'dynamiczone' ? queryOf(query.on?.[uid] ?? true) : query;
    const made = project(uid, row as Entry, inner, schemas);
    missing.push(...made.missing);
    return made.entry;
  };
  return { value: Array.isArray(value) ? value.map(one) : one(value), missing };
}

function uidOf({ type, target, component }: Attribute, row: Entry): string {
  if (type === 'media') return FILE_UID;
  if (type === 'dynamiczone') return String(row.__component);
  return component ?? target ?? '';
}

const queryOf = (inner: boolean | ViewQuery): ViewQuery => (typeof inner === 'object' ? inner : {});

/** Null: all. */
function fieldsOf({ select }: ViewQuery): readonly string[] | null {
  if (select === undefined) return null;
  const fields = typeof select === 'string' ? [select] : select;
  return fields.includes('*') ? null : fields;
}
