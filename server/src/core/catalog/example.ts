import type { JsonSchema } from './json-schema';

const STRINGS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-02T03:04:05.678Z',
  date: '2026-01-02',
};

/**
 * Makes a value that fits a schema.
 *
 * @param resolve returns the schema that a `$ref` names.
 */
export function exampleOf(schema: JsonSchema, resolve: (reference: string) => JsonSchema): unknown {
  const of = (one: unknown): unknown => exampleOf(one as JsonSchema, resolve);
  if (typeof schema.$ref === 'string') {
    const value = of(resolve(schema.$ref));
    return 'properties' in schema ? { ...(value as object), ...propertiesOf(schema, of) } : value;
  }
  if ('const' in schema) return schema.const;
  const choices = (schema.enum ?? schema.anyOf) as unknown[] | undefined;
  if (choices !== undefined) return 'enum' in schema ? choices[0] : of(choices[0] ?? {});
  return typedOf(schema, of);
}

function typedOf(schema: JsonSchema, of: (one: unknown) => unknown): unknown {
  const [type] = [schema.type ?? []].flat() as string[];
  if (type === 'object') return propertiesOf(schema, of);
  if (type === 'array') return itemsOf((schema.items ?? {}) as JsonSchema, of);
  return type === 'string' ? textOf(schema) : (SIMPLE[type ?? ''] ?? null);
}

const SIMPLE: Readonly<Record<string, unknown>> = { integer: 42, number: 4.2, boolean: true };

const textOf = ({ pattern, format }: JsonSchema): string =>
  pattern === undefined ? (STRINGS[String(format)] ?? 'text') : '42';

const itemsOf = (items: JsonSchema, of: (one: unknown) => unknown): unknown[] =>
  Array.isArray(items.anyOf) ? items.anyOf.map(of) : [of(items)];

const propertiesOf = (schema: JsonSchema, of: (one: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, of(one)]));
