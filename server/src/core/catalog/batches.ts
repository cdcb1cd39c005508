import type { EventSchemas, JsonSchema } from './json-schema';

const BATCH = 'Batch';

/** Of an endpoint in mode `batch`: also a body whose `events` are those of the events. Replayed events come alone. */
export function inBatches({ events, definitions }: EventSchemas, prefix: string): EventSchemas {
  const bodies = [...events].map(([name, { schema }]) => [`${name}Event`, schema] as const);
  const properties = {
    events: { type: 'array', items: { anyOf: bodies.map(([name]) => ({ $ref: prefix + name })) } },
    tags: { type: 'array', items: { type: 'string' } },
    count: { type: 'integer' },
  };
  const schema: JsonSchema = {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
  if (bodies.length === 0) return { events, definitions };
  const batch = { event: { name: 'batch', uid: null, model: null }, schema };
  return { events: new Map([[BATCH, batch], ...events]), definitions };
}
