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
    return schema.properties === undefined
      ? value
      : { ...(value as object), ...(propertiesOf(schema, of) as object) };
  }
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(schema.anyOf)) return schema.anyOf.length === 0 ? null : of(schema.anyOf[0]);
  const [type] = [schema.type ?? []].flat() as string[];
  switch (type) {
    case 'object':
      return propertiesOf(schema, of);
    case 'array': {
      const items = (schema.items ?? {}) as JsonSchema;
      return Array.isArray(items.anyOf) ? items.anyOf.map(of) : [of(items)];
    }
    case 'string':
      if (schema.pattern !== undefined) return '42';
      return STRINGS[String(schema.format)] ?? 'text';
    case 'integer':
      return 42;
    case 'number':
      return 4.2;
    case 'boolean':
      return true;
    default:
      return null;
  }
}

const propertiesOf = (schema: JsonSchema, of: (one: unknown) => unknown): unknown =>
  Object.fromEntries(
    Object.entries((schema.properties ?? {}) as object).map(([name, one]) => [name, of(one)])
  );
