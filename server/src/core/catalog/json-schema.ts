/**
 * JSON Schemas (2020-12) of the bodies that are sent, derived from the content types.
 *
 * An attribute that is sent may be null or missing: a draft may lack what is required, and a payload that was
 * too large is reduced to the entry's own columns. Attributes that are never sent are not listed.
 */
import { comparedAttributes, type Attribute, type Schemas } from '../filter/fields';
import type { Included } from '../shape/view';
import { typeName } from './type-name';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** An event of one content type, or one that has none. */
export interface CatalogEvent {
  /** `entry.publish` */
  name: string;
  /** Null for events without a content type, such as `media.create`. */
  uid: string | null;
  /** Singular name of the content type. */
  model: string | null;
}

export interface EventSchemas {
  /** By name of the event's type, such as `ArticlePublish`. */
  events: ReadonlyMap<string, { event: CatalogEvent; schema: JsonSchema }>;
  /** Entries, related entries, components and files, to which the events refer. */
  definitions: ReadonlyMap<string, JsonSchema>;
}

/** `own`: entries with fields and relations of a shape's choice, which have no schema. */
export type PayloadOf = 'full' | 'thin' | 'own';

interface Options {
  schemas: Schemas;
  payload: PayloadOf;
  /** Added to the bodies of entries. Absent: nothing. */
  include?: readonly Included[];
  /** Where definitions will stand: `#/$defs/`. */
  prefix: string;
}

const FILE_UID = 'plugin::upload.file';
const INSTANT: JsonSchema = { type: 'string', format: 'date-time' };
const TEXT: JsonSchema = { type: 'string' };
const ID: JsonSchema = { type: 'integer' };
const NULL: JsonSchema = { type: 'null' };

const SCALARS: Readonly<Record<string, JsonSchema>> = {
  integer: { type: ['integer', 'null'] },
  biginteger: { type: ['string', 'null'], pattern: '^-?[0-9]+$' },
  float: { type: ['number', 'null'] },
  decimal: { type: ['number', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  date: { type: ['string', 'null'], format: 'date' },
  time: { type: ['string', 'null'] },
  datetime: { type: ['string', 'null'], format: 'date-time' },
  timestamp: { type: ['string', 'null'], format: 'date-time' },
  blocks: { type: ['array', 'null'], items: { type: 'object' } },
};

const TEXTS = new Set(['string', 'text', 'richtext', 'email', 'uid', 'enumeration']);
const NESTED = new Set(['relation', 'media', 'component', 'dynamiczone']);

export function eventSchemas(
  catalog: readonly CatalogEvent[],
  { schemas, payload, include = [], prefix }: Options
): EventSchemas {
  const events = new Map<string, { event: CatalogEvent; schema: JsonSchema }>();
  const definitions = new Map<string, JsonSchema>();

  /** Defines a type once. @returns a reference to it. */
  function define(name: string, make: () => JsonSchema): JsonSchema {
    if (!definitions.has(name)) {
      definitions.set(name, {}); // a component may refer to what is being defined
      definitions.set(name, make());
    }
    return { $ref: prefix + name };
  }

  /**
   * @param gone an entry that was deleted or unpublished is sent as it was read before: by the Content
   *   Manager, with the number of its related entries.
   */
  const entryOf = (uid: string, gone: boolean): JsonSchema =>
    define(`${gone ? 'Gone' : ''}${typeName(uid)}`, () => {
      const own = properties(uid, () => true);
      const counts: [string, JsonSchema][] = gone
        ? relationsOf(uid).map((name) => [name, orCount(own[name])])
        : [];
      return object({ ...own, ...Object.fromEntries(counts) }, ['id', 'documentId']);
    });

  const relationsOf = (uid: string): string[] =>
    Object.entries(schemas(uid) ?? {})
      .filter(([, { type }]) => type === 'relation')
      .map(([name]) => name);

  /** Related entries are sent without their own relations. */
  const relatedOf = (uid: string): JsonSchema =>
    define(`Related${typeName(uid)}`, () =>
      object(
        properties(uid, ({ type }) => !NESTED.has(type)),
        ['id']
      )
    );

  const fileOf = (): JsonSchema =>
    define(typeName(FILE_UID), () =>
      object(
        properties(FILE_UID, ({ type }) => !NESTED.has(type)),
        ['id']
      )
    );

  /** Open, so that a dynamic zone can add `__component`. Each reference to it is closed. */
  const componentOf = (uid: string): JsonSchema =>
    define(typeName(uid), () => ({
      type: 'object',
      properties: properties(uid, () => true),
      required: ['id'],
    }));

  function properties(
    uid: string,
    includes: (attribute: Attribute) => boolean
  ): Record<string, JsonSchema> {
    const attributes = Object.entries(schemas(uid) ?? {}).filter(([, one]) => includes(one));
    return {
      id: ID,
      ...Object.fromEntries(attributes.map(([name, one]) => [name, valueOf(name, one)])),
    };
  }

  function valueOf(name: string, attribute: Attribute): JsonSchema {
    if (name === 'documentId') return TEXT;
    switch (attribute.type) {
      case 'relation':
        return relationOf(attribute);
      case 'media':
        return many(fileOf(), attribute.multiple === true);
      case 'component':
        return many(closed(componentOf(attribute.component ?? '')), attribute.repeatable === true);
      case 'dynamiczone':
        return many({ anyOf: (attribute.components ?? []).map(inZone) }, true);
      case 'enumeration':
        return { enum: [...(attribute.enum ?? []), null] };
      default:
        return TEXTS.has(attribute.type)
          ? { type: ['string', 'null'] }
          : (SCALARS[attribute.type] ?? {});
    }
  }

  function relationOf({ relation = '', target }: Attribute): JsonSchema {
    const isMany = /toMany$/i.test(relation);
    return many(target === undefined ? { type: 'object' } : relatedOf(target), isMany);
  }

  const inZone = (uid: string): JsonSchema => ({
    ...closed(componentOf(uid)),
    properties: { __component: { const: uid } },
    required: ['__component'],
  });

  function bodyOf({ name, uid, model }: CatalogEvent): JsonSchema {
    if (payload === 'thin') return thinOf(name, uid);
    const head = { event: { const: name }, createdAt: INSTANT };
    if (name.startsWith('media.'))
      return object({ ...head, media: fileOf() }, [...ALWAYS, 'media']);
    if (uid === null) return { ...object(head, ALWAYS), additionalProperties: true };
    const of = {
      model: { const: model },
      uid: { const: uid },
      entry: payload === 'own' ? { type: 'object' } : entryOf(uid, GONE.has(name)),
    };
    const required = [...ALWAYS, ...Object.keys(of)];
    return object({ ...head, ...of, ...includedOf(uid) }, required);
  }

  /** Missing in events that are replayed: the log does not keep them. */
  function includedOf(uid: string): Record<string, JsonSchema> {
    const names = comparedAttributes(schemas(uid) ?? {});
    const entry = payload === 'own' ? { type: 'object' } : entryOf(uid, false);
    const of: Record<Included, JsonSchema> = {
      previous: { anyOf: [entry, NULL] },
      changed: { type: 'array', items: names.length === 0 ? TEXT : { enum: names } },
    };
    return Object.fromEntries(include.map((name) => [name, of[name]]));
  }

  for (const event of catalog) {
    events.set(nameOf(event), { event, schema: bodyOf(event) });
  }
  return { events, definitions };
}

const GONE = new Set(['entry.delete', 'entry.unpublish']);

const orCount = (relation: JsonSchema | undefined): JsonSchema => ({
  anyOf: [relation, object({ count: { type: 'integer' } }, ['count'])],
});

const ALWAYS = ['event', 'createdAt'];

const object = (properties: object, required: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const closed = (reference: JsonSchema): JsonSchema => ({
  ...reference,
  unevaluatedProperties: false,
});

const many = (schema: JsonSchema, isMany: boolean): JsonSchema =>
  isMany ? { type: ['array', 'null'], items: schema } : { anyOf: [schema, NULL] };

function thinOf(name: string, uid: string | null): JsonSchema {
  const data = {
    uid: uid === null ? { type: ['string', 'null'] } : { const: uid },
    documentId: { type: ['string', 'null'] },
    locale: { type: ['string', 'null'] },
    tags: { type: 'array', items: TEXT },
  };
  return object(
    { type: { const: name }, timestamp: INSTANT, data: object(data, Object.keys(data)) },
    ['type', 'timestamp', 'data']
  );
}

/** `ArticlePublish` for `entry.publish` of `api::article.article`, `MediaCreate` for `media.create`. */
function nameOf({ name, uid }: CatalogEvent): string {
  if (uid === null || name.startsWith('media.')) return typeName(name.replace('.', '::'));
  return typeName(uid) + typeName(name.split('.').slice(1).join('-'));
}
