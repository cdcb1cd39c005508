/**
 * Fields that an endpoint is sent, with their types, and how they differ from those it was sent before.
 *
 * Kinds of text are one type, since a receiver sees no difference.
 */
import type { Attribute, Schemas } from '../filter/fields';
import type { Shape } from '../shape/shape';
import { viewOf, type EntryView, type PopulateInput } from '../shape/view';

/**
 * Types by path: `api::article.article.title` is `text`. Content types and components have paths as well, and
 * so do events: `api::article.article entry.publish`, values of enumerations and components of dynamic zones:
 * `api::article.article.kind "news"`.
 */
export type SentFields = Readonly<Record<string, string>>;

export interface SchemaChange {
  path: string;
  from: string;
  /** Null: removed. */
  to: string | null;
}

export interface SchemaView {
  /** Fields that a content type removed or retyped since the endpoint was saved or the change acknowledged. */
  schemaChanges: SchemaChange[];
}

/** Which attributes of an entry or component are sent, and what of those inside them. */
interface Picked {
  has(name: string, attribute: Attribute): boolean;
  inside(name: string, component?: string): Picked;
}

interface Inside {
  uid: string;
  /** The same for a component. */
  component?: string;
}

const FILE_UID = 'plugin::upload.file';
const EVENT = 'event';
/** Of a content type or a component. */
const OWNER = 'schema';
const VALUE = 'value';
const COMPONENT = 'component';

const TEXTS = ['string', 'text', 'richtext', 'email', 'uid', 'enumeration', 'biginteger'];
const TYPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(TEXTS.map((type) => [type, 'text'])),
  float: 'number',
  decimal: 'number',
  timestamp: 'datetime',
  media: FILE_UID,
};
const NESTED = new Set(['relation', 'media', 'component', 'dynamiczone']);

/** An entry's own values. */
const FLAT: Picked = { has: (_, { type }) => !NESTED.has(type), inside: () => FLAT };

/** As in Strapi's webhooks: components as a whole, of relations and files their own values. */
const WHOLE: Picked = { has: () => true, inside: (_, component) => (component ? WHOLE : FLAT) };

/** @param events of content types, which the endpoint is sent. */
export function sentFields(
  events: readonly { name: string; uid: string }[],
  shape: Shape,
  schemas: Schemas
): SentFields {
  const sent: Record<string, string> = {};
  const seen = new Set<string>();

  function add(uid: string, picked: Picked): void {
    // A component may contain itself. Only whole ones do so without end.
    if (picked === WHOLE && seen.has(uid)) return;
    if (picked === WHOLE) seen.add(uid);
    sent[uid] = OWNER;
    for (const [name, attribute] of Object.entries(schemas(uid) ?? {})) {
      if (!picked.has(name, attribute)) continue;
      const path = `${uid}.${name}`;
      sent[path] = typeOf(attribute);
      for (const value of attribute.enum ?? []) sent[partPath(path, value)] = VALUE;
      for (const one of attribute.components ?? []) sent[partPath(path, one)] = COMPONENT;
      for (const one of insideOf(attribute)) add(one.uid, picked.inside(name, one.component));
    }
  }

  const hasEntries = shape.payload === 'full' && shape.format === null;
  const view = viewOf(shape)?.entry ?? null;
  for (const { name, uid } of events) {
    sent[`${uid} ${name}`] = EVENT;
    if (hasEntries) add(uid, view === null ? WHOLE : pickedBy(view));
  }
  return sent;
}

/** Content types and components whose values are inside an attribute. */
function insideOf({ type, target, component, components = [] }: Attribute): Inside[] {
  if (type === 'media') return [{ uid: FILE_UID }];
  if (target !== undefined) return [{ uid: target }];
  const all = component === undefined ? components : [component];
  return all.map((uid) => ({ uid, component: uid }));
}

function typeOf({
  type,
  target,
  relation = '',
  component,
  repeatable,
  multiple,
}: Attribute): string {
  const one = target ?? component ?? TYPES[type] ?? type;
  const isMany = repeatable === true || multiple === true || /toMany$/i.test(relation);
  return isMany ? `list of ${one}` : one;
}

function pickedBy({ fields, populate }: Pick<EntryView, 'fields' | 'populate'>): Picked {
  const nested = populatedBy(populate);
  const hasAll = fields === null || fields.includes('*');
  return {
    has: (name, { type }) =>
      NESTED.has(type) ? nested.has(name) || nested.has('*') : hasAll || fields.includes(name),
    inside(name, component) {
      const options = nested.get(name);
      const on = component === undefined ? undefined : options?.on?.[component];
      const { fields: inner = null, populate: deeper = null } = on ?? options ?? {};
      return pickedBy({ fields: typeof inner === 'string' ? [inner] : inner, populate: deeper });
    },
  };
}

interface Populated {
  fields?: string[] | string | null;
  populate?: PopulateInput | null;
  on?: Record<string, Populated | undefined>;
}

/** `['author.avatar']` and `{ author: { populate: ['avatar'] } }` are the same. */
function populatedBy(populate: PopulateInput | null): Map<string, Populated> {
  if (populate !== null && typeof populate === 'object' && !Array.isArray(populate)) {
    return new Map(
      Object.entries(populate)
        .filter(([, value]) => value !== false)
        .map(([name, value]) => [
          name,
          typeof value === 'object' ? ((value ?? {}) as Populated) : {},
        ])
    );
  }
  const paths = typeof populate === 'string' ? populate.split(',') : (populate ?? []);
  const found = new Map<string, Populated & { populate: string[] }>();
  for (const [name = '', ...rest] of paths.map((path) => path.trim().split('.'))) {
    const known = found.get(name)?.populate ?? [];
    found.set(name, { populate: rest.length === 0 ? known : [...known, rest.join('.')] });
  }
  return found;
}

const partPath = (path: string, part: string): string => `${path} ${JSON.stringify(part)}`;

/**
 * Removed fields, those of another type, removed values of enumerations and removed components of dynamic
 * zones. New ones are no change for a receiver, and what was inside a removed one is not listed again.
 */
export const schemaChanges = (known: SentFields, now: SentFields): SchemaChange[] =>
  Object.entries(known)
    .filter(([path, type]) => type !== OWNER && now[path] !== type)
    .filter(([path, type]) => isListed(path, type, { known, now }))
    .map(([path, from]) => ({ path, from, to: now[path] ?? null }));

function isListed(
  path: string,
  type: string,
  { known, now }: { known: SentFields; now: SentFields }
): boolean {
  if (type === EVENT) return true;
  if (type !== VALUE && type !== COMPONENT) return now[ownerOf(path)] === OWNER;
  const [field = ''] = path.split(' ', 1);
  if (now[field] !== known[field]) return false;
  // A text that is not an enumeration any more may have each value.
  return type === COMPONENT || Object.keys(now).some((other) => other.startsWith(`${field} `));
}

/** Content type or component of a field. */
const ownerOf = (path: string): string => path.slice(0, path.lastIndexOf('.'));

/** Adds new fields to the known ones, which keep what was removed or has another type. */
export const withNewFields = (known: SentFields, now: SentFields): SentFields => ({
  ...now,
  ...known,
});
