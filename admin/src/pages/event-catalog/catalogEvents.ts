/** Reads the events of the catalog's JSON Schema. Pure. */

type Schema = Record<string, unknown>;

export interface CatalogEvent {
  /** Name of its type, `ArticlePublishEvent`. */
  type: string;
  /** `entry.publish of api::article.article` */
  title: string;
  /** A schema that needs no other document, as text. */
  schema: string;
  example: string;
}

const PREFIX = '#/$defs/';
const REFERENCE = /"\$ref":"#\/\$defs\/([^"]+)"/g;

const text = (value: unknown): string => JSON.stringify(value, null, 2);

/** Names of definitions that a schema refers to, also through others. */
function namesIn(schema: Schema, all: Record<string, Schema>, found: Set<string>): Set<string> {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(REFERENCE)) {
    if (found.has(name)) continue;
    found.add(name);
    namesIn(all[name] ?? {}, all, found);
  }
  return found;
}

/** @param document JSON Schema of all events, as text. */
export function catalogEvents(document: string): CatalogEvent[] {
  const { anyOf, $defs } = JSON.parse(document) as {
    anyOf: { $ref: string }[];
    $defs: Record<string, Schema>;
  };
  return anyOf.map(({ $ref }) => {
    const type = $ref.slice(PREFIX.length);
    const { title, examples, ...schema } = $defs[type] ?? {};
    const names = [...namesIn(schema, $defs, new Set())];
    const needed = Object.fromEntries(names.map((name) => [name, $defs[name]]));
    return {
      type,
      title: String(title),
      schema: text(names.length === 0 ? schema : { ...schema, $defs: needed }),
      example: text((examples as unknown[])[0]),
    };
  });
}

/** Events whose title or type has the text, in either case. */
export function matchingEvents(events: readonly CatalogEvent[], search: string): CatalogEvent[] {
  const wanted = search.toLowerCase();
  return events.filter(({ title, type }) => `${title} ${type}`.toLowerCase().includes(wanted));
}
