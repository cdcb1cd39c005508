/** The names that a filter may use, as a tree, and how their values compare. */

/** An attribute of a content type or component, without private ones and passwords. */
export interface Attribute {
  type: string;
  /** Content type of a relation; absent for a polymorphic one. */
  target?: string;
  /** `manyToOne`, `oneToMany`, … */
  relation?: string;
  component?: string;
  repeatable?: boolean;
  /** Of a dynamic zone. */
  components?: readonly string[];
  /** More than one file. */
  multiple?: boolean;
  /** Values of an enumeration. */
  enum?: readonly string[];
}

/** Attributes by name; undefined for a content type that does not exist. */
export type Schemas = (uid: string) => Readonly<Record<string, Attribute>> | undefined;

export type Field =
  | { kind: 'text' | 'number' | 'bigint' | 'boolean' | 'instant' }
  /** A list of attribute names. */
  | { kind: 'names'; names: readonly string[] }
  /** An object, or a list of which one has to match. */
  | { kind: 'nested'; of: string; fields: Fields }
  /** Only whether there is a value. */
  | { kind: 'opaque' };

export type Fields = (name: string) => Field | undefined;

const TEXT: Field = { kind: 'text' };
const NUMBER: Field = { kind: 'number' };
const OPAQUE: Field = { kind: 'opaque' };

const SCALARS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...['string', 'text', 'richtext', 'email', 'enumeration', 'uid', 'date', 'time'].map(
    (type) => [type, TEXT] as const
  ),
  ...['integer', 'float', 'decimal', 'increments'].map((type) => [type, NUMBER] as const),
  ['biginteger', { kind: 'bigint' }],
  ['boolean', { kind: 'boolean' }],
  ['datetime', { kind: 'instant' }],
  ['timestamp', { kind: 'instant' }],
  ['json', OPAQUE],
  ['blocks', OPAQUE],
]);

const FILE_UID = 'plugin::upload.file';

/** Not told apart by `changed`: they differ with every write, or name the version. */
const IGNORED = new Set([
  'id',
  'documentId',
  'locale',
  'createdAt',
  'updatedAt',
  'publishedAt',
  'createdBy',
  'updatedBy',
  'localizations',
]);

/** Attributes that `changed` may name. */
export const comparedAttributes = (attributes: Readonly<Record<string, Attribute>>): string[] =>
  Object.keys(attributes).filter((name) => !IGNORED.has(name));

const ACTOR: Readonly<Record<string, Field>> = { kind: TEXT, id: NUMBER, label: TEXT };

/** Lists the names on the first level of a filter. */
export function rootFields(uid: string, schemas: Schemas): Fields {
  const attributes = schemas(uid) ?? {};
  const entry: Field = { kind: 'nested', of: uid, fields: entryFields(uid, schemas) };
  const fields: Readonly<Record<string, Field>> = {
    event: TEXT,
    locale: TEXT,
    status: TEXT,
    actor: { kind: 'nested', of: 'actor', fields: (name) => own(ACTOR, name) },
    changed: { kind: 'names', names: comparedAttributes(attributes) },
    entry,
    previous: entry,
  };
  return (name) => own(fields, name);
}

/** A name that a filter may use of an entry, with the names inside relations, media and components. */
export interface FieldPath {
  /** `author.name` */
  path: string;
  kind: Field['kind'];
}

/** All of them, for a form. */
export const fieldPaths = (uid: string, schemas: Schemas): FieldPath[] =>
  pathsOf(uid, entryFields(uid, schemas), schemas);

function pathsOf(of: string, fields: Fields, schemas: Schemas): FieldPath[] {
  return Object.keys(schemas(of) ?? {}).flatMap((name) => {
    const field = fields(name);
    if (field === undefined) return [];
    const inner = field.kind === 'nested' ? pathsOf(field.of, field.fields, schemas) : [];
    return [
      { path: name, kind: field.kind },
      ...inner.map(({ path, kind }) => ({ path: `${name}.${path}`, kind })),
    ];
  });
}

/** Relations are read one level deep, so their own relations cannot be filtered. */
function entryFields(uid: string, schemas: Schemas): Fields {
  return (name) => {
    if (name === 'id') return NUMBER;
    const attribute = own(schemas(uid) ?? {}, name);
    return attribute && fieldOf(attribute, schemas);
  };
}

function fieldOf({ type, target, component }: Attribute, schemas: Schemas): Field | undefined {
  switch (type) {
    case 'relation':
      return target === undefined ? OPAQUE : nested(target, flatFields(target, schemas));
    case 'media':
      return nested(FILE_UID, flatFields(FILE_UID, schemas));
    case 'component':
      return component === undefined ? OPAQUE : nested(component, entryFields(component, schemas));
    default:
      return SCALARS.get(type) ?? OPAQUE;
  }
}

const nested = (of: string, fields: Fields): Field => ({ kind: 'nested', of, fields });

function flatFields(uid: string, schemas: Schemas): Fields {
  return (name) => {
    if (name === 'id') return NUMBER;
    const attribute = own(schemas(uid) ?? {}, name);
    return attribute && SCALARS.get(attribute.type);
  };
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
