/** TypeScript declarations of the events: a union that `event` and `uid` tell apart. */
import type { EventSchemas, JsonSchema } from './json-schema';

/** Prefix of references that `typescriptOf` reads. */
export const TYPE_PREFIX = '#/types/';

const HEAD = `/** Bodies of webhooks, generated from the content types of this app. Generate them again when a content type changes. */`;

export function typescriptOf({ events, definitions }: EventSchemas): string {
  const declarations = [
    ...definitions,
    ...[...events].map(([name, { schema }]) => bodyType(name, schema)),
  ];
  const names = [...events.keys()].map(eventTypeName);
  const union = names.length === 0 ? 'never' : names.map((name) => `\n  | ${name}`).join('');
  return [
    HEAD,
    ...declarations.map(([name, schema]) => `export type ${name} = ${typeOf(schema, '')};`),
    `export type WebhookEvent =${union.startsWith('\n') ? union : ` ${union}`};`,
    '',
  ].join('\n\n');
}

const eventTypeName = (name: string): string => `${name}Event`;

const bodyType = (name: string, schema: JsonSchema): [string, JsonSchema] => [
  eventTypeName(name),
  schema,
];

const SIMPLE: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

function typeOf(schema: JsonSchema, indent: string): string {
  const reference = schema.$ref as string | undefined;
  if (reference !== undefined) {
    const name = reference.slice(TYPE_PREFIX.length);
    return schema.properties === undefined ? name : `${name} & ${objectOf(schema, indent)}`;
  }
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map((value) => JSON.stringify(value)));
  if (Array.isArray(schema.anyOf)) {
    return union((schema.anyOf as JsonSchema[]).map((one) => typeOf(one, indent)));
  }
  const types = [schema.type ?? []].flat() as string[];
  return types.length === 0
    ? 'unknown'
    : union(types.map((type) => typeNamed(type, schema, indent)));
}

function typeNamed(type: string, schema: JsonSchema, indent: string): string {
  if (type === 'array') return `Array<${typeOf((schema.items ?? {}) as JsonSchema, indent)}>`;
  if (type === 'object') return objectOf(schema, indent);
  return SIMPLE[type] ?? 'unknown';
}

function objectOf(schema: JsonSchema, indent: string): string {
  if (schema.properties === undefined) return 'Record<string, unknown>';
  const required = new Set((schema.required ?? []) as string[]);
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties as Record<string, JsonSchema>).map(
    ([name, value]) =>
      `${inner}${keyOf(name)}${required.has(name) ? '' : '?'}: ${typeOf(value, inner)};`
  );
  if (schema.additionalProperties === true) lines.push(`${inner}[key: string]: unknown;`);
  return `{\n${lines.join('\n')}\n${indent}}`;
}

const keyOf = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

const union = (types: string[]): string =>
  types.length === 0 ? 'never' : [...new Set(types)].join(' | ');
